"""The docs refer only to what exists: files, make targets, commands, states."""

import json
import re
from pathlib import Path

import pytest
from django.core.management import get_commands

from jobs.models import ItemStatus, JobStatus

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def by_name(document: Path) -> str:
    return document.name


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_links_lead_to_files(document: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)(?:#[^)]*)?\)", document.read_text()):
        if not target.startswith("http"):
            assert (document.parent / target).exists(), target


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_make_targets_exist(document: Path) -> None:
    targets = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    named = re.findall(r"(?:`|^ {4})make ([a-z]+)", document.read_text(), re.MULTILINE)
    assert set(named) <= targets


@pytest.mark.parametrize("document", DOCUMENTS, ids=by_name)
def test_commands_exist(document: Path) -> None:
    named = re.findall(r"manage\.py ([a-z_]+)", document.read_text())
    assert set(named) <= set(get_commands())


def test_every_state_is_described() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text()
    described = text.partition("## States")[2].partition("\n## ")[0]
    for state in {*ItemStatus.values, *JobStatus.values}:
        assert state in described, state


def test_the_readme_leads_to_every_page() -> None:
    readme = (ROOT / "README.md").read_text()
    for page in DOCUMENTS[1:]:
        assert f"(docs/{page.name})" in readme, page.name


def test_the_readme_names_every_built_in_plugin() -> None:
    readme = (ROOT / "README.md").read_text()
    for path in (ROOT / "plugins_app" / "builtin").glob("*/manifest.json"):
        manifest = json.loads(path.read_text())
        if not manifest.get("internal"):
            assert f"| `{manifest['id']}` |" in readme, manifest["id"]


def test_every_export_format_has_its_row() -> None:
    manifest = json.loads(
        (ROOT / "plugins_app" / "builtin" / "exports" / "manifest.json").read_text()
    )
    rows = re.findall(r"^\| `(\w+)` \|", (ROOT / "docs" / "exports.md").read_text(), re.MULTILINE)
    assert sorted(rows) == sorted(tool["id"] for tool in manifest["tools"])
