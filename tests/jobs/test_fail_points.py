"""Fail points do nothing unless they are asked to, and what they are asked to only once."""

import errno

import pytest

from jobs import fail_points


def test_without_the_variable_nothing_happens(tmp_path, monkeypatch):
    monkeypatch.setattr(fail_points, "_FOLDER", None)
    (tmp_path / "point").write_text("disk_full")
    fail_points.fail_point("point")


def test_an_armed_point_acts_once(tmp_path, monkeypatch):
    monkeypatch.setattr(fail_points, "_FOLDER", str(tmp_path))
    (tmp_path / "point").write_text("disk_full")
    fail_points.fail_point("another")
    with pytest.raises(OSError, match="No space left") as raised:
        fail_points.fail_point("point")
    assert raised.value.errno == errno.ENOSPC
    fail_points.fail_point("point")
