"""Hints, and variables that hold several paths."""

import pytest

from plugins_app.finding.requirements import unmet_requirement


@pytest.fixture
def requires(monkeypatch):
    monkeypatch.delenv("SOME_MODELS", raising=False)
    return {"env": ["SOME_MODELS"], "files": ["$SOME_MODELS"], "hints": ["Set SOME_MODELS."]}


def test_what_is_missing_is_named_once_with_what_to_do(requires, tmp_path):
    reason = unmet_requirement(requires, tmp_path)
    assert reason == "The environment variable SOME_MODELS is not set. Set SOME_MODELS."


def test_every_one_of_several_paths_must_exist(requires, tmp_path, monkeypatch):
    first, second = tmp_path / "a.onnx", tmp_path / "models"
    first.touch()
    monkeypatch.setenv("SOME_MODELS", f"{first}:{second}")
    reason = unmet_requirement(requires, tmp_path)
    assert reason == "The file $SOME_MODELS does not exist. Set SOME_MODELS."
    second.mkdir()
    assert unmet_requirement(requires, tmp_path) == ""


def test_nothing_is_said_where_nothing_is_missing(tmp_path):
    assert unmet_requirement({"hints": ["Set it."]}, tmp_path) == ""
