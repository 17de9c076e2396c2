"""docs/settings.md names every variable with its default, and bad values name the variable."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from forgesyte import env

ROOT = Path(__file__).resolve().parents[2]
ROW = re.compile(r"^\| `([A-Z0-9_]+)` \| (.*?) \| (.*?) \|$", re.MULTILINE)
OF_THIS_MACHINE = {"DATA_DIR", "SECRET_KEY", "DATABASE_URL", "WORKERS"}


def documented() -> dict[str, str]:
    """Variable -> default, as shown in the table."""
    text = (ROOT / "docs" / "settings.md").read_text()
    return {name: default for name, default, meaning in ROW.findall(text) if meaning.strip()}


def declared(folder: Path) -> dict[str, str]:
    """What the settings of a fresh installation read: variable -> default."""
    code = "import json, forgesyte.settings, forgesyte.env as e; print(json.dumps(e.DECLARED))"
    plain = {k: v for k, v in os.environ.items() if k not in documented()}
    answer = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**plain, "DATA_DIR": str(folder)},
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(answer.stdout)


def test_the_table_has_every_variable_and_no_other(tmp_path: Path) -> None:
    assert sorted(documented()) == sorted(declared(tmp_path))


def test_the_table_shows_the_real_defaults(tmp_path: Path) -> None:
    shown = {name: default.strip("`") for name, default in documented().items()}
    for name, default in declared(tmp_path).items():
        if name not in OF_THIS_MACHINE:
            plain = ",".join(re.findall(r"'(.*?)'", default)) if default[:1] == "[" else default
            assert shown[name] == (plain or "empty"), name


def test_settings_come_through_the_helpers_and_from_one_file() -> None:
    assert "os.environ" not in (ROOT / "forgesyte" / "settings.py").read_text()
    for package in ("forgesyte", "jobs", "plugins_app"):
        for file in (ROOT / package).rglob("*.py"):
            if file.name not in {"settings.py", "env.py"}:
                assert "forgesyte.env" not in file.read_text(), file


@pytest.mark.parametrize("raw", ["many", "1.5", "0", "-1"])
def test_a_bad_number_is_refused_by_name(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv("HOW_MANY", raw)
    with pytest.raises(ImproperlyConfigured, match=r"HOW_MANY=.*whole number of at least 1"):
        env.env_int("HOW_MANY", 3, minimum=1)


def test_a_bad_switch_is_refused_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SWITCH", "maybe")
    with pytest.raises(ImproperlyConfigured, match=r"SWITCH='maybe'.*true or false"):
        env.env_bool("SWITCH", False)


@pytest.mark.parametrize(("raw", "meant"), [("YES", True), ("on", True), ("0", False), ("", True)])
def test_switches_take_the_usual_words(
    monkeypatch: pytest.MonkeyPatch, raw: str, meant: bool
) -> None:
    monkeypatch.setenv("SWITCH", raw)
    assert env.env_bool("SWITCH", True) is meant


def test_lists_are_divided_by_commas(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NAMES", " a, b ,,c ")
    assert env.env_list("NAMES", []) == ["a", "b", "c"]


def test_an_empty_value_counts_as_unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOW_MANY", "  ")
    assert env.env_int("HOW_MANY", 3) == 3


def test_a_bad_setting_stops_the_start_with_a_sentence(tmp_path: Path) -> None:
    start = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={**os.environ, "DATA_DIR": str(tmp_path), "WORKERS": "none"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert start.returncode != 0
    assert "WORKERS='none' can't be used" in start.stderr


def test_the_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    declared(tmp_path)
    first = (tmp_path / "secret_key").read_text()
    declared(tmp_path)
    assert len(first) >= 50
    assert (tmp_path / "secret_key").read_text() == first
    assert (tmp_path / "secret_key").stat().st_mode & 0o077 == 0
