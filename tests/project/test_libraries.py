"""A missing system library is explained before anything else fails."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from forgesyte import libraries

ROOT = Path(__file__).resolve().parents[2]


def broken_opencv(folder: Path, error: str) -> Path:
    """A folder with a ``cv2`` that can't be imported."""
    (folder / "cv2.py").write_text(f"raise ImportError({error!r})")
    return folder


def test_a_missing_library_names_the_debian_packages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    reason = "libGL.so.1: cannot open shared object file: No such file or directory"
    monkeypatch.setenv("PYTHONPATH", str(broken_opencv(tmp_path, reason)))
    problem = libraries.opencv_problem()
    assert reason in problem
    assert "apt-get install -y libgl1 libglib2.0-0" in problem


def test_a_broken_installation_is_not_blamed_on_the_system(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PYTHONPATH", str(broken_opencv(tmp_path, "cannot import name 'gapi'")))
    problem = libraries.opencv_problem()
    assert "cannot import name 'gapi'" in problem
    assert "apt-get" not in problem


def test_setup_stops_with_the_advice(tmp_path: Path) -> None:
    folder = broken_opencv(tmp_path, "libgthread-2.0.so.0: cannot open shared object file")
    setup = subprocess.run(
        [sys.executable, "-m", "forgesyte.libraries"],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert setup.returncode == 1
    assert "libglib2.0-0" in setup.stderr
    assert "Traceback" not in setup.stderr


def test_where_opencv_loads_nothing_is_said() -> None:
    assert libraries.opencv_problem() == ""


def test_the_quick_look_names_the_packages_that_are_missing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(libraries, "find_library", lambda name: None if name == "GL" else "found")
    assert libraries.missing_libraries() == ["libgl1"]
