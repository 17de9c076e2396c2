"""Fail points do nothing unless told to, and what they are told only once."""

import errno
import threading

import pytest

from jobs import fail_points
from tests.node import wait_until


def test_without_the_variable_nothing_happens(tmp_path, monkeypatch):
    monkeypatch.setattr(fail_points, "FOLDER", None)
    (tmp_path / "point").write_text("disk_full")
    fail_points.fail_point("point")


def test_an_armed_point_acts_once(tmp_path, monkeypatch):
    monkeypatch.setattr(fail_points, "FOLDER", str(tmp_path))
    (tmp_path / "point").write_text("disk_full")
    fail_points.fail_point("another")
    with pytest.raises(OSError, match="No space left") as raised:
        fail_points.fail_point("point")
    assert raised.value.errno == errno.ENOSPC
    fail_points.fail_point("point")


def test_who_is_held_goes_on_when_told(tmp_path, monkeypatch):
    monkeypatch.setattr(fail_points, "FOLDER", str(tmp_path))
    (tmp_path / "point").write_text("hold")
    held = threading.Thread(target=fail_points.fail_point, args=["point"])
    held.start()
    wait_until(lambda: not (tmp_path / "point").exists())
    assert held.is_alive()
    (tmp_path / "point.go").touch()
    held.join()
