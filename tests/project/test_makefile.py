"""`make` explains what is missing, installs once, and passes variables on."""

import hashlib
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TARGETS = ["demo", "run", "worker", "test", "check", "bench", "requirements", "format"]
OWN = ("MAKEFLAGS", "MAKELEVEL", "MFLAGS", "PORT", "DATA_DIR", "FILE", "PLUGIN", "TOOL", "ONCE")


def make(*words: str) -> subprocess.CompletedProcess[str]:
    """Run make as from a fresh shell, even if the tests themselves run under make."""
    plain = {k: v for k, v in os.environ.items() if k not in OWN}
    return subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=ROOT,
        env=plain,
        capture_output=True,
        text=True,
        check=False,
    )


def program(path: Path, script: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return path


def pinned(*files: str) -> str:
    return hashlib.sha256(b"".join((ROOT / file).read_bytes() for file in files)).hexdigest()


@pytest.fixture
def installed(tmp_path: Path) -> Path:
    """An environment with everything installed, whose Python prints its arguments."""
    program(tmp_path / "venv" / "bin" / "python", 'printf "[%s]" "$@"; echo " port=$PORT"')
    (tmp_path / "venv" / f".runtime-{pinned('requirements.txt')}").touch()
    return tmp_path / "venv"


def test_every_target_is_listed_with_what_it_does() -> None:
    listed = make("help").stdout
    for target in TARGETS:
        assert re.search(rf"make {target} +\S+", listed), target


def test_without_python_it_says_what_to_install(tmp_path: Path) -> None:
    run = make("demo", f"VENV={tmp_path}/venv", "PYTHON=no-such-python")
    assert run.returncode != 0
    assert "no-such-python was not found. Install Python 3.11 or newer" in run.stderr


def test_an_old_python_is_refused(tmp_path: Path) -> None:
    old = program(tmp_path / "old", 'case "$2" in *version_info*) exit 1;; esac')
    run = make("demo", f"VENV={tmp_path}/venv", f"PYTHON={old}")
    assert run.returncode != 0
    assert "is older than Python 3.11" in run.stderr
    assert not (tmp_path / "venv").exists()


def test_a_python_without_venv_names_the_package(tmp_path: Path) -> None:
    bare = program(tmp_path / "bare", 'case "$2" in *ensurepip*) exit 1;; esac')
    run = make("demo", f"VENV={tmp_path}/venv", f"PYTHON={bare}")
    assert run.returncode != 0
    assert "apt install python3-venv" in run.stderr
    assert not (tmp_path / "venv").exists()


def test_a_second_run_installs_nothing(installed: Path) -> None:
    run = make("demo", f"VENV={installed}", "PORT=8123")
    assert run.stdout == "[manage.py][demo] port=8123\n"


def test_changed_requirements_are_installed_again(installed: Path) -> None:
    (installed / f".runtime-{pinned('requirements.txt')}").rename(installed / ".runtime-old")
    run = make("demo", f"VENV={installed}")
    assert f"Installing requirements.txt into {installed}" in run.stdout
    assert not (installed / ".runtime-old").exists()


def test_the_demo_hands_on_file_plugin_and_tool(installed: Path) -> None:
    name = 'my "best" $HOME it\'s.png'
    words = ["ONCE=1", f"FILE={name.replace('$', '$$')}", "PLUGIN=segment", "TOOL=find all"]
    run = make("demo", f"VENV={installed}", *words)
    wanted = ["demo", "--once", "--file", name, "--plugin", "segment", "--tool", "find all"]
    assert run.stdout == "".join(f"[{word}]" for word in ["manage.py", *wanted]) + " port=\n"


def test_run_brings_the_database_up_to_date_before_it_serves(installed: Path) -> None:
    lines = make("run", f"VENV={installed}", "PORT=8124").stdout.splitlines()
    assert lines == [
        "[manage.py][migrate][--verbosity][0] port=8124",
        "[manage.py][serve] port=8124",
    ]


def test_a_real_python_starts_with_what_make_exports(tmp_path: Path) -> None:
    """Python refuses to start if one of its variables has an unknown value."""
    code = "import sys; sys.stdout.write(str(sys.flags.utf8_mode))"
    program(tmp_path / "venv" / "bin" / "python", f"exec '{sys.executable}' -c '{code}'")
    (tmp_path / "venv" / f".runtime-{pinned('requirements.txt')}").touch()
    assert make("worker", f"VENV={tmp_path}/venv").stdout == "1"
