"""With FORGESYTE_NO_SKIPS a test that can't run is a failure, so that nothing hides."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[2]
HOOKS = "from tests.conftest import pytest_make_collect_report, pytest_runtest_makereport"
SKIPPING = """
import pytest
from tests.real_inputs import ABSENT

def test_without_its_tool():
    pytest.skip("no such browser")

def test_without_real_inputs():
    pytest.skip(ABSENT)

@pytest.mark.xfail(reason="known")
def test_known():
    assert False
"""


def run(folder: Path, **env: str) -> str:
    (folder / "conftest.py").write_text(HOOKS)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-p",
        "no:cacheprovider",
        "-p",
        "pytest_django.plugin",
    ]
    environment = {
        **os.environ,
        "PYTHONPATH": str(ROOT),
        "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1",
        "DJANGO_SETTINGS_MODULE": "forgesyte.settings",
        **env,
    }
    run = subprocess.run(
        [*command, "-q", "-rfs", "-c", "/dev/null", str(folder)],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    return run.stdout


def test_skips_fail_when_nothing_may_be_skipped(tmp_path: Path) -> None:
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    report = run(tmp_path, FORGESYTE_NO_SKIPS="1")
    assert "1 failed, 1 skipped, 1 xfailed" in report
    assert "no such browser" in report


def test_a_file_that_skips_as_a_whole_fails(tmp_path: Path) -> None:
    (tmp_path / "test_whole.py").write_text("import pytest\npytest.importorskip('no_such_module')")
    report = run(tmp_path, FORGESYTE_NO_SKIPS="1")
    assert "1 error" in report
    assert "no_such_module" in report


def test_skips_stay_skips_on_a_developers_machine(tmp_path: Path) -> None:
    (tmp_path / "test_skipping.py").write_text(SKIPPING)
    assert "2 skipped, 1 xfailed" in run(tmp_path, FORGESYTE_NO_SKIPS="")
