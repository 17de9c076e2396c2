"""docs/dependencies.md explains what pyproject.toml requires, with the correct licences."""

import re
import tomllib
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
ROW = re.compile(r"^\| ([\w.-]+) \| (.+?) \| (.+?) \| (.+?) \|$", re.MULTILINE)
PERMISSIVE = re.compile(r"MIT|BSD|Apache|PSF|Python Software Foundation|0BSD|Zlib|CC0|HPND")
COPYLEFT = re.compile(r"GPL|MPL|Mozilla|CDDL|EUPL|Artistic")


def section(title: str) -> dict[str, str]:
    """Package -> licence, from the table under that heading."""
    text = (ROOT / "docs" / "dependencies.md").read_text()
    body = text.partition(f"## {title}\n")[2].partition("\n## ")[0]
    return {
        row[0]: row[1] for row in ROW.findall(body) if row[0] != "package" and row[2] and row[3]
    }


def asked_for(requirements: list[str]) -> list[str]:
    return [re.split(r"[\[<>=;]", line)[0].strip() for line in requirements]


def licence(package: str) -> str:
    """The licence stated by the installed package."""
    found = metadata(package)
    classified = [c for c in found.get_all("Classifier") or [] if c.startswith("License ::")]
    return found.get("License-Expression") or " ".join(
        [(found.get("License") or "")[:80], *classified]
    )


def pinned(file: str) -> list[str]:
    return re.findall(r"^([\w.-]+)==", (ROOT / file).read_text(), re.MULTILINE)


def test_every_runtime_dependency_is_explained_and_no_other() -> None:
    assert sorted(section("Needed to run")) == sorted(asked_for(PROJECT["dependencies"]))


def test_every_test_dependency_is_explained_and_no_other() -> None:
    wanted = asked_for(PROJECT["optional-dependencies"]["test"])
    assert sorted(section("Needed to test and to develop")) == sorted(wanted)


@pytest.mark.parametrize(
    ("package", "documented"),
    sorted((section("Needed to run") | section("Needed to test and to develop")).items()),
)
def test_the_licence_is_the_documented_one(package: str, documented: str) -> None:
    family = re.split(r"[- ]", documented)[0]
    assert family in licence(package)


def test_what_is_shipped_is_permissive_but_for_what_the_page_names() -> None:
    page = (ROOT / "docs" / "dependencies.md").read_text()
    copyleft = []
    for package in pinned("requirements.txt"):
        try:
            stated = licence(package)
        except PackageNotFoundError:  # for another platform
            continue
        assert PERMISSIVE.search(stated) or COPYLEFT.search(stated), f"{package}: {stated!r}"
        if COPYLEFT.search(stated):
            copyleft.append(package)
    assert copyleft, "the page names some"
    for package in copyleft:
        assert package in page


@pytest.mark.parametrize("file", ["requirements.txt", "tests/requirements.txt"])
def test_pins_name_every_dependency_and_no_place_of_this_machine(file: str) -> None:
    wanted = asked_for(PROJECT["dependencies"])
    if file.startswith("tests/"):
        wanted += asked_for(PROJECT["optional-dependencies"]["test"])
    assert set(wanted) <= set(pinned(file))
    assert not re.search(
        r"https?://|file:|--index|--find-links|/home/|/root/|/tmp/", (ROOT / file).read_text()
    )


def test_both_files_pin_the_same_versions() -> None:
    pins = re.compile(r"^([\w.-]+)==(\S+)", re.MULTILINE)
    runtime = dict(pins.findall((ROOT / "requirements.txt").read_text()))
    testing = dict(pins.findall((ROOT / "tests" / "requirements.txt").read_text()))
    assert runtime.items() <= testing.items()
