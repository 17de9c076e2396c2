"""`manage.py demo`: from an empty folder to a text, through the HTTP API."""

import re
from pathlib import Path

import pytest

from tests.project.nodes import TIMEOUT_S, alive, descendants, end, eventually, free_port, manage

pytestmark = pytest.mark.slow


def demo(data_dir: Path, *words: str) -> tuple[int, str]:
    process = manage("demo", "--once", *words, data_dir=data_dir, port=free_port())
    try:
        output, _ = process.communicate(timeout=TIMEOUT_S)
    finally:
        end(process)
    return process.returncode, output


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, int, str]:
    """The data folder of a first run, its exit code and its output."""
    folder = tmp_path_factory.mktemp("demo")
    return (folder, *demo(folder))


def test_the_receipt_is_read(first: tuple[Path, int, str]) -> None:
    _, code, output = first
    assert code == 0, output
    assert "Poppy seed roll" in output
    assert re.search(r"0\.\d{3}  .*Sourdough loaf", output), "lines have scores"
    assert re.search(r"Its page: http://127\.0\.0\.1:\d+/jobs/\S+", output)


def test_the_password_is_shown_once_and_kept_nowhere(first: tuple[Path, int, str]) -> None:
    folder, _, output = first
    (password,) = re.findall(r"password +(\S+)   \(shown only now\)", output)
    stored = [file for file in folder.rglob("*") if file.is_file()]
    assert not [file for file in stored if password.encode() in file.read_bytes()]
    code, again = demo(folder)
    assert code == 0, again
    assert "sign in as   admin" in again
    assert password not in again
    assert "as shown at the first start" in again


def test_a_file_that_is_no_image_fails_in_the_servers_words(
    first: tuple[Path, int, str], tmp_path: Path
) -> None:
    (tmp_path / "note.png").write_text("just a text")
    code, output = demo(first[0], "--file", str(tmp_path / "note.png"))
    assert code == 1
    assert re.search(r"answered 4\d\d: ", output)
    assert "Traceback" not in output


def test_an_unknown_plugin_fails_and_names_those_there_are(first: tuple[Path, int, str]) -> None:
    code, output = demo(first[0], "--plugin", "telepathy")
    assert code == 1
    assert "telepathy" in output
    assert "ocr" in output


def test_a_missing_file_is_said_before_anything_starts(tmp_path: Path) -> None:
    code, output = demo(tmp_path, "--file", "no-such-picture.png")
    assert code == 1
    assert "There is no file no-such-picture.png" in output
    assert not (tmp_path / "forgesyte.sqlite3").exists()


def test_without_once_it_keeps_serving_until_it_is_stopped(first: tuple[Path, int, str]) -> None:
    process = manage("demo", data_dir=first[0], port=free_port())
    assert process.stdout is not None
    try:
        eventually(lambda: "Ctrl-C stops it" in process.stdout.readline())  # type: ignore[union-attr]
        pids = descendants(process.pid)
        assert pids
        process.terminate()
        process.communicate(timeout=TIMEOUT_S)
        assert process.returncode == 0
        assert not any(alive(pid) for pid in pids)
    finally:
        end(process)
