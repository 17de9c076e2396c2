"""docs/contributing.md does what it says: its lines are applied to a copy of the project, whose
tests then run."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "contributing.md"
BLOCK = re.compile(r"^```(\w+) title=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMPLETE = [
    "tests/outputs/test_every_kind.py",
    "tests/project/test_docs.py",
    "tests/project/test_settings.py",
    "tests/project/test_structure.py",
    "tests/project/test_visibility.py",
    "tests/api/test_permissions.py",
    "tests/plugins/test_bare_classes.py",
]
"""What holds lists to be complete, whatever is added."""


class Step(NamedTuple):
    language: str
    path: str
    text: str

    @property
    def is_test(self) -> bool:
        return self.path.startswith("tests/")


def recipes() -> dict[str, list[Step]]:
    """The steps of each section that has some."""
    sections = re.split(r"^## ", PAGE.read_text(), flags=re.MULTILINE)[1:]
    found = {
        one.partition("\n")[0]: [Step(*step) for step in BLOCK.findall(one)] for one in sections
    }
    return {title: steps for title, steps in found.items() if steps}


def apply(step: Step, root: Path) -> None:
    """Write a file, or change one as a diff says; its lines are found wherever they stand."""
    path = root / step.path
    if step.language != "diff":
        assert not path.exists(), f"{step.path} exists already"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(step.text)
        return
    text = path.read_text()
    for hunk in step.text.split("@@\n"):
        lines = hunk.splitlines()
        before = "".join(f"{line[1:]}\n" for line in lines if line[0] != "+")
        after = "".join(f"{line[1:]}\n" for line in lines if line[0] != "-")
        assert text.count(before) == 1, f"{step.path} does not have these lines once:\n{before}"
        text = text.replace(before, after)
    path.write_text(text)


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the project with every recipe followed."""
    root = tmp_path_factory.mktemp("recipes") / "project"
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=ROOT, capture_output=True, check=True, text=True).stdout
    for name in filter(None, names.split("\0")):
        if (ROOT / name).is_file():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, root / name)
    for steps in recipes().values():
        for step in steps:
            apply(step, root)
    return root


def run(copy: Path, *command: str) -> None:
    """A command of Python in the copy, with data of its own."""
    env = {name: value for name, value in os.environ.items() if not name.startswith("COV")}
    env |= {"DATA_DIR": str(copy.parent / "data"), "PYTHONPATH": str(copy)}
    done = subprocess.run(
        [sys.executable, *command], cwd=copy, env=env, capture_output=True, text=True, timeout=500
    )
    assert done.returncode == 0, done.stdout[-6000:] + done.stderr[-3000:]


def test_every_row_of_the_table_has_its_recipe() -> None:
    rows = re.findall(r"^\| \[an? ([^]]+)\]", PAGE.read_text(), re.MULTILINE)
    titles = [re.sub(r"^An? ", "", title) for title in recipes()]
    assert rows == titles


def test_a_kind_takes_three_files_and_a_template_a_format_two_and_its_row() -> None:
    kind = [step.path for step in recipes()["An output kind"]]
    assert len([path for path in kind if not path.startswith("templates/")]) <= 3
    assert len([path for path in kind if path.startswith("templates/")]) == 1
    format_ = [step.path for step in recipes()["An export format"] if not step.is_test]
    assert len([path for path in format_ if not path.startswith("docs/")]) == 2


def test_what_the_recipes_add_works_and_every_list_has_it(copy: Path) -> None:
    run(copy, "manage.py", "spectacular", "--fail-on-warn", "--file", "docs/openapi.yaml")
    added = [step.path for steps in recipes().values() for step in steps if step.is_test]
    run(copy, "-m", "pytest", "-q", "-p", "no:cacheprovider", *dict.fromkeys([*added, *COMPLETE]))


def test_what_the_recipes_add_is_in_the_common_form(copy: Path) -> None:
    run(copy, "-m", "ruff", "check", "--no-cache")
    run(copy, "-m", "ruff", "format", "--check", "--no-cache")
    run(copy, "-m", "djlint", "--lint", "--check", "--quiet", "templates")
