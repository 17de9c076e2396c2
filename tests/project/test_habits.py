"""The changelog, the hooks and the workflow stay what they say."""

import re
import tomllib
from pathlib import Path

import yaml

ROOT = Path(__file__).resolve().parents[2]


def test_the_changelog_begins_with_what_is_to_come_and_has_the_version() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    versions = re.findall(r"^## \[(.+?)\]", text, re.MULTILINE)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert versions[:2] == ["Unreleased", project["version"]]


def test_a_section_of_the_changelog_is_of_a_known_kind() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    kinds = {"Added", "Changed", "Deprecated", "Removed", "Fixed", "Security"}
    assert set(re.findall(r"^### (.+)$", text, re.MULTILINE)) <= kinds


def test_the_hook_is_what_check_begins_with() -> None:
    config = yaml.safe_load((ROOT / ".pre-commit-config.yaml").read_text())
    assert [repo["repo"] for repo in config["repos"]] == ["local"]
    [hook] = config["repos"][0]["hooks"]
    target = hook["entry"].split()[-1]
    assert re.search(rf"^check: {target} ", (ROOT / "Makefile").read_text(), re.MULTILINE)


def test_the_workflow_only_gets_the_source_and_runs_what_any_machine_can() -> None:
    workflow = yaml.safe_load((ROOT / ".github" / "workflows" / "ci.yml").read_text())
    steps = workflow["jobs"]["test"]["steps"]
    assert steps[-1] == {"run": ".ci/run"}
    assert all("uses" in step or "git" in step["run"] for step in steps[:-1])
    assert next(step["with"] for step in steps if "uses" in step) == {"fetch-depth": 0}
