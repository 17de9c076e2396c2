"""A new output kind is two files, a template and a line for authors, and then everybody has it.

It is added to a copy of the project, where the tests of every kind must pass as they are.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("forgesyte", "jobs", "plugins_app", "templates", "static", "tests", "docs")
LIMIT_S = 300

NEW = {
    "plugins_app/outputs/grasps.py": '''\
"""Places where a gripper can take hold of something."""

from plugins_app.outputs.base import Column, OutputKind
from plugins_app.outputs.schemas import BOX, NUMBER, PAGE, SCORE, TEXT, list_of, object_of


class Grasps(OutputKind):
    """``angle`` is in degrees, clockwise from the right."""

    name = "grasps"
    rank = 70
    word = "places to take hold"
    sketch = '{"grasps": [{"label", "score", "bbox", "angle"}]}'
    example = {"grasps": [{"label": "cat", "score": 0.9, "bbox": [4, 5, 20, 10], "angle": 45}]}
    listed = "grasps"
    noun = "grasp"
    placed = True
    columns = (Column("Object", "shown"),)
    schema = object_of(
        "grasps",
        grasps=list_of(
            object_of(
                "label score bbox angle",
                label=TEXT, score=SCORE, bbox=BOX, angle=NUMBER, page=PAGE,
            )
        ),
    )


KIND = Grasps()
''',
    "plugins_app/outputs/pixels/grasps.py": '''\
"""Places to take hold are drawn as a cross in their box."""

from plugins_app.outputs.palette import Colour
from plugins_app.outputs.pixels.base import Edges, KindPixels
from plugins_app.outputs.pixels.painter import Painter
from plugins_app.outputs.things import Thing


class GraspPixels(KindPixels):
    """Compared by their boxes."""

    def trace(self, painter: Painter, thing: Thing, colour: Colour, edges: Edges) -> None:
        """Its box, and the diagonals."""
        super().trace(painter, thing, colour, edges)
        if thing.corners:
            first, second, third, fourth = thing.corners[:4]
            painter.line(first, third, colour)
            painter.line(second, fourth, colour)


PIXELS = GraspPixels
''',
    "templates/outputs/grasps.html": '{% include "outputs/_objects.html" %}\n',
}
LINE = '    grasps      {"grasps": [{"label", "score", "bbox", "angle"}]}\n'
BEFORE = "    codes       {"


@pytest.fixture(scope="module")
def copy(tmp_path_factory):
    """The project with the new kind."""
    folder = tmp_path_factory.mktemp("copy")
    ignored = shutil.ignore_patterns("__pycache__", "data", "*.tar.gz")
    for part in PARTS:
        shutil.copytree(ROOT / part, folder / part, ignore=ignored)
    for name in ("manage.py", "pyproject.toml", "CHANGELOG.md"):
        shutil.copy(ROOT / name, folder / name)
    for name, text in NEW.items():
        assert not (folder / name).exists()
        (folder / name).write_text(text)
    page = folder / "docs" / "plugins.md"
    page.write_text(page.read_text().replace(BEFORE, LINE + BEFORE, 1))
    assert "grasps" in page.read_text()
    return folder


def ran(copy, tmp_path, *words):
    """What a command says in the copy; it must end well."""
    environment = {**os.environ, "DATA_DIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    command = [sys.executable, *words]
    done = subprocess.run(
        command,
        cwd=copy,
        env=environment,
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    return done.stdout


@pytest.mark.slow
def test_everybody_has_it(copy, tmp_path):
    """docs/openapi.yaml is written by ``make openapi``, which this is."""
    ran(copy, tmp_path, "manage.py", "spectacular", "--fail-on-warn", "--file", "docs/openapi.yaml")
    said = ran(
        copy, tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
        "tests/outputs/test_every_kind.py", "tests/outputs/test_pages_of_documents.py",
    )  # fmt: skip
    assert "passed" in said
    assert "failed" not in said
    assert "skipped" not in said
    assert '"title": "ForgeSyte result: grasps"' in ran(
        copy, tmp_path, "manage.py", "plugins", "schema", "grasps"
    )


@pytest.mark.slow
@pytest.mark.parametrize("missing", ["templates/outputs/grasps.html", "docs/plugins.md"])
def test_what_is_forgotten_is_told(copy, tmp_path, missing):
    file = copy / missing
    kept = file.read_text()
    file.write_text(kept.replace(LINE, "")) if missing.endswith(".md") else file.unlink()
    try:
        with pytest.raises(AssertionError, match="1 failed"):
            ran(
                copy, tmp_path, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "no:xdist",
                "tests/outputs/test_every_kind.py",
                "-k", "TestLists and grasps and (page or template)",
            )  # fmt: skip
    finally:
        file.write_text(kept)
