"""Storing and deleting files concurrently."""

import threading
from pathlib import Path

import pytest

from jobs import storage


def test_deleting_the_last_file_of_a_folder_never_hurts_one_that_is_just_stored():
    errors = []

    def come_and_go(number):
        try:
            for turn in range(100):
                name = storage.save_bytes(f"image/input/{number}-{turn}.png", b"x").name
                assert storage.exists(name)
                storage.delete([name])
        except Exception as error:  # noqa: BLE001  # the test looks at it
            errors.append(error)

    threads = [threading.Thread(target=come_and_go, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert list(Path(storage.default_storage.location).iterdir()) == []


def test_a_folder_that_vanishes_under_a_file_is_made_again(monkeypatch):
    make, made = storage.make_folders, []

    def made_and_removed_by_somebody(folder):
        changed = make(folder)
        made.append(folder)
        if len(made) == 1:
            Path(folder).rmdir()
        return changed

    monkeypatch.setattr(storage, "make_folders", made_and_removed_by_somebody)
    assert storage.exists(storage.save_bytes("image/input/a.png", b"x").name)


def test_a_folder_that_never_stays_is_an_error_in_the_end(monkeypatch):
    monkeypatch.setattr(storage, "make_folders", lambda _folder: [])
    with pytest.raises(FileNotFoundError):
        storage.save_bytes("image/input/a.png", b"x")
