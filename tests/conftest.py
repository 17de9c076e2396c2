"""Rules for the whole test run."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings as hypothesis_settings

from tests.real_inputs import ABSENT

pytest_plugins = ["tests.server"]

# Test servers run on this machine, which no proxy can reach.
for name in ("no_proxy", "NO_PROXY"):
    os.environ[name] = ",".join(filter(None, [os.environ.get(name), "127.0.0.1", "localhost"]))

# The duration of an example means nothing on a shared machine.
hypothesis_settings.register_profile("whole", deadline=None)
hypothesis_settings.register_profile("quick", deadline=None, max_examples=15)
hypothesis_settings.load_profile("whole")

NO_SKIPS = bool(os.environ.get("FORGESYTE_NO_SKIPS"))
"""If every tool is installed (CI), a skipped test means that something is not tested."""


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure, unless the real inputs are missing or it is an ``xfail``."""
    if not (NO_SKIPS and report.skipped) or hasattr(report, "wasxfail"):
        return
    reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else str(report.longrepr)
    if ABSENT in reason:
        return
    report.outcome = "failed"
    report.longrepr = f"{reason}\nFORGESYTE_NO_SKIPS is set: here nothing may be skipped."


class FailuresAtOnce:
    """An aborted run has no final list of failures, so report each one when it happens."""

    def __init__(self, terminal: pytest.TerminalReporter) -> None:
        self.terminal = terminal

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Write the location and reason of a failure below the dots."""
        if report.failed:
            self.terminal.write_line(f"\nFAILED {report.nodeid}\n{report.longreprtext}")


def pytest_sessionstart(session: pytest.Session) -> None:
    """Only in the process that writes to the terminal, not in an xdist worker."""
    if terminal := session.config.pluginmanager.get_plugin("terminalreporter"):
        session.config.pluginmanager.register(FailuresAtOnce(terminal))


@pytest.fixture(scope="session", autouse=True)
def static_files_are_looked_up_when_asked_for() -> None:
    """Each test client has its own handler, which would otherwise read all of them first."""
    from django.conf import settings

    settings.WHITENOISE_AUTOREFRESH = True


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport() -> Iterator[None]:
    """Hold back skipped tests."""
    report = yield
    refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Iterator[None]:
    """Hold back files that skip as a whole."""
    report = yield
    refuse_skip(report)
    return report


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    tmp_path_factory: pytest.TempPathFactory, django_db_modify_db_settings_parallel_suffix: None
) -> None:
    """A test database in a file, so that worker processes of a test can open it too."""
    from django.db import connection

    if connection.vendor == "sqlite":
        folder = tmp_path_factory.mktemp("database")
        connection.settings_dict["TEST"]["NAME"] = str(folder / "test.sqlite3")
        init = connection.settings_dict["OPTIONS"]["init_command"]
        connection.settings_dict["OPTIONS"]["init_command"] = f"{init} PRAGMA synchronous=OFF;"


@pytest.fixture(autouse=True)
def ordinary_priority() -> Iterator[None]:
    """No test leaves this process, or any that it starts, with real-time priority.

    Two of such on two cores can keep the kernel itself from going on.
    """
    yield
    assert os.sched_getscheduler(0) not in (os.SCHED_FIFO, os.SCHED_RR)


@pytest.fixture(autouse=True)
def own_data_dir(settings: Any, tmp_path: Path) -> Path:
    """Every test has its own folders; nothing is written to those of a real server."""
    settings.DATA_DIR = tmp_path / "data"
    settings.MEDIA_ROOT = settings.DATA_DIR / "media"
    settings.UPLOAD_DIR = settings.DATA_DIR / "tmp"
    settings.RUN_DIR = settings.DATA_DIR / "run"
    settings.FILE_UPLOAD_TEMP_DIR = str(settings.UPLOAD_DIR)
    for folder in (settings.MEDIA_ROOT, settings.UPLOAD_DIR, settings.RUN_DIR):
        folder.mkdir(parents=True)
    return settings.DATA_DIR


@pytest.fixture
def echo_plugin(settings: Any, db: None) -> Iterator[str]:
    """The id of a plugin without a model, registered for this test (tests/plugins_for_tests)."""
    from plugins_app.finding import registry
    from plugins_app.sync import sync_plugins

    settings.PLUGIN_DIRS = [Path(__file__).parent / "plugins_for_tests"]
    sync_plugins()
    yield "echo"
    settings.PLUGIN_DIRS = []
    registry.refresh()
