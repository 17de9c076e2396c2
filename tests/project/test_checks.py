"""Settings that would lose work are refused at start, with advice on what to do."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as configured
from pytest_django import Settings

from forgesyte import checks

ROOT = Path(__file__).resolve().parents[2]


def ids(found: list[Any]) -> list[str]:
    assert all(message.hint for message in found), "every check says what to do"
    return [message.id.removeprefix("forgesyte.") for message in found]


def test_the_settings_as_shipped_pass() -> None:
    everything = (
        checks.check_queue,
        checks.check_database,
        checks.check_files,
        checks.check_address,
        checks.check_libraries,
    )
    assert [message for check in everything for message in check()] == []


@pytest.mark.parametrize(
    ("name", "value", "number"),
    [
        ("timeout", 60, "E001"),
        ("broker_class", "django_q.brokers.orm.ORM", "E002"),
        ("orm", "other", "E003"),
        ("save_limit", 250, "E004"),
        ("poll", 0.2, "E005"),
        ("bulk", 10, "E006"),
        ("catch_up", True, "E007"),
    ],
)
def test_queue_values_that_lose_work_are_refused(
    settings: Settings, name: str, value: object, number: str
) -> None:
    settings.Q_CLUSTER = {**configured.Q_CLUSTER, name: value}
    assert ids(checks.check_queue()) == [number]


def test_a_queue_value_that_is_left_out_is_refused(settings: Settings) -> None:
    settings.Q_CLUSTER = {k: v for k, v in configured.Q_CLUSTER.items() if k != "timeout"}
    assert ids(checks.check_queue()) == ["E001"]


@pytest.fixture
def sqlite(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The settings for SQLite; changes made by a test take effect."""
    database: dict[str, Any] = {
        "ENGINE": "django.db.backends.sqlite3",
        "OPTIONS": {
            "timeout": 20,
            "transaction_mode": "IMMEDIATE",
            "init_command": "PRAGMA journal_mode=WAL;",
        },
    }
    monkeypatch.setitem(configured.DATABASES, "default", database)
    return database


@pytest.mark.usefixtures("sqlite")
def test_sqlite_as_needed_passes() -> None:
    assert ids(checks.check_database()) == []


@pytest.mark.parametrize(
    ("changes", "number"),
    [
        ({"transaction_mode": "DEFERRED"}, "E010"),
        ({"init_command": "PRAGMA journal_mode=DELETE;"}, "E010"),
        ({"timeout": 60}, "E012"),
        ({"pool": True}, "E009"),
    ],
)
def test_sqlite_options_that_lose_results_are_refused(
    sqlite: dict[str, Any], changes: dict[str, Any], number: str
) -> None:
    sqlite["OPTIONS"].update(changes)
    assert ids(checks.check_database()) == [number]


def test_one_transaction_per_request_is_refused(sqlite: dict[str, Any]) -> None:
    sqlite["ATOMIC_REQUESTS"] = True
    assert ids(checks.check_database()) == ["E008"]


@pytest.mark.usefixtures("sqlite")
def test_a_database_that_forgets_in_a_power_cut_is_refused(settings: Settings) -> None:
    settings.SQLITE_SYNCHRONOUS = "OFF"
    assert ids(checks.check_database()) == ["E011"]


def test_upload_handlers_that_use_memory_are_refused(settings: Settings) -> None:
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
    assert ids(checks.check_files()) == ["E013"]


def test_a_data_folder_that_is_gone_is_refused(settings: Settings, tmp_path: Path) -> None:
    settings.DATA_DIR = tmp_path / "unmounted"
    (found,) = checks.check_files()
    assert ids([found]) == ["E014"]
    assert "unmounted" in found.msg


def test_a_public_server_that_would_refuse_everybody_is_warned_of(
    settings: Settings,
) -> None:
    settings.BIND = "0.0.0.0"
    settings.ALLOWED_HOSTS = ["localhost"]
    assert ids(checks.check_address()) == ["W001"]
    settings.ALLOWED_HOSTS = ["vision.example.org"]
    assert ids(checks.check_address()) == []


def test_a_missing_system_library_is_warned_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "missing_libraries", lambda: ["libgl1"])
    (found,) = checks.check_libraries()
    assert ids([found]) == ["W002"]
    assert "apt-get install -y libgl1" in found.hint


def test_commands_refuse_to_start_with_such_settings(tmp_path: Path) -> None:
    command = subprocess.run(
        [sys.executable, "manage.py", "check"],
        cwd=ROOT,
        env={
            **os.environ,
            "DATABASE_URL": "",
            "DATA_DIR": str(tmp_path),
            "SQLITE_SYNCHRONOUS": "OFF",
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert command.returncode == 1
    assert "forgesyte.E011" in command.stderr
