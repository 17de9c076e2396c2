"""The plugin that docs/plugins.md builds really works, in a real host."""

import re
import subprocess
import sys
from collections.abc import Iterator
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from PIL import Image, ImageDraw

from plugins_app import sdk
from plugins_app.finding import registry
from plugins_app.host import Call, HostFailure, PluginHost
from plugins_app.manifests.schema import MANIFEST_SCHEMA, TOOL_SCHEMA
from plugins_app.outputs import NAMES

ROOT = Path(__file__).resolve().parents[2]
PAGE = (ROOT / "docs" / "plugins.md").read_text()
FILES = dict(re.findall(r"^```\w+ title=(\S+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))


PLUGIN_FILES = ("manifest.json", "plugin.py", "test_plugin.py", "pytest.ini", "conftest.py")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The plugin as a reader of the page would write it."""
    folder = tmp_path / "plugins" / "bright-spots"
    folder.mkdir(parents=True)
    for name in PLUGIN_FILES:
        (folder / name).write_text(FILES[name])
    return folder


def test_startplugin_writes_the_files_of_the_page(tmp_path: Path) -> None:
    call_command("startplugin", "bright-spots", str(tmp_path), stdout=StringIO())
    written = {path.name: path.read_text() for path in (tmp_path / "bright-spots").iterdir()}
    assert written == {name: FILES[name] for name in PLUGIN_FILES}


@pytest.mark.slow
def test_the_plugin_of_the_page_passes_the_check(folder: Path) -> None:
    out = StringIO()
    call_command("plugins", "check", str(folder), stdout=out)
    assert "ok      find_spots: the shape of detections" in out.getvalue()
    assert "advice" not in out.getvalue()


@pytest.fixture
def host(folder: Path, settings: Any) -> Iterator[PluginHost]:
    settings.PLUGIN_DIRS = [folder.parent]
    registry.refresh()
    host = PluginHost(registry.get("bright-spots"))
    yield host
    host.close()
    settings.PLUGIN_DIRS = []
    registry.refresh()


def call(picture: Path, workdir: Path) -> Call:
    workdir.mkdir()
    params = {"threshold": 200, "min_area": 4}
    return Call(
        tool="find_spots",
        input_path=picture,
        params=params,
        prompts={},
        workdir=workdir,
        timeout_s=30,
        memory_mb=512,
    )


@pytest.mark.slow
def test_the_plugin_of_the_page_finds_spots(host: PluginHost, tmp_path: Path) -> None:
    picture = Image.new("L", (60, 40))
    ImageDraw.Draw(picture).rectangle((30, 10, 44, 19), fill=255)
    picture.save(tmp_path / "square.png")
    progress = []
    result = host.call(call(tmp_path / "square.png", tmp_path / "work"), progress.append)
    spot = {"label": "spot", "score": 1.0, "bbox": [30, 10, 15, 10]}
    assert result.result == {"detections": [spot]}
    (mask,) = result.artifacts
    assert (mask.name, mask.content_type) == ("mask.png", "image/png")
    with Image.open(mask.path) as image:
        assert image.getbbox() == (30, 10, 45, 20)


@pytest.mark.slow
def test_its_failure_is_the_sentence_of_the_page(host: PluginHost, tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("not a picture")
    with pytest.raises(HostFailure, match="OpenCV can't read this picture") as failure:
        host.call(call(tmp_path / "text.png", tmp_path / "work"), lambda progress: None)
    assert failure.value.reason == "undecodable"


@pytest.mark.slow
def test_the_test_of_the_page_passes(folder: Path) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", str(folder)]
    run = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "1 passed" in run.stdout, run.stdout + run.stderr


def test_every_output_kind_has_a_shape_and_every_shape_is_a_kind() -> None:
    assert set(NAMES) == set(TOOL_SCHEMA["properties"]["output"]["enum"])


def test_the_page_names_what_the_sdk_offers() -> None:
    offered = {name for name in sdk.__all__ if callable(getattr(sdk, name))}
    of_the_host = {"Declared", "Session", "is_declared"}
    for name in offered - of_the_host:
        assert f"`{name}" in PAGE, name


def test_the_page_names_every_key_of_the_manifest() -> None:
    keys = [*MANIFEST_SCHEMA["properties"], *TOOL_SCHEMA["properties"]]
    for key in set(keys) - {"$schema", "internal", "title", "description"}:
        assert re.search(rf"\b{key}\b", PAGE), key
    for output in TOOL_SCHEMA["properties"]["output"]["enum"]:
        assert re.search(rf"^ +{output} +\{{|\"output\": \"{output}\"", PAGE, re.MULTILINE), output
