"""Which models a setting names, and what their classes are called."""

import json

import pytest

from plugins_app.sdk import ToolError
from tests.plugins.yolo_tracker.conftest import PLUGIN  # noqa: F401 - puts the plugin on sys.path

from yolo_files import labels_of, model_files  # isort: skip


def touch(*paths):
    for path in paths:
        path.parent.mkdir(exist_ok=True)
        path.touch()


def test_a_setting_names_a_file_several_files_or_folders(tmp_path):
    touch(tmp_path / "a" / "n.onnx", tmp_path / "a" / "m.onnx", tmp_path / "b" / "m.onnx")
    touch(tmp_path / "a" / "readme.txt")
    setting = f"{tmp_path / 'a'}:{tmp_path / 'b' / 'm.onnx'}"
    assert list(model_files(setting)) == ["m", "n", "b/m"]
    assert model_files(setting)["b/m"] == tmp_path / "b" / "m.onnx"


@pytest.mark.parametrize("setting", ["", "{empty}"])
def test_a_setting_without_models_says_whom_to_ask(tmp_path, setting):
    with pytest.raises(ToolError, match="Ask the operator"):
        model_files(setting.format(empty=tmp_path))


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        (".txt", "cat\nsmall dog\n"),
        (".names", "cat\r\nsmall dog\r\n\r\n"),
        (".json", json.dumps(["cat", "small dog"])),
        (".json", json.dumps({"1": "small dog", "0": "cat"})),
        (".yaml", "path: ../data\nnames:\n  0: cat\n  1: small dog\n"),
        (".yml", "names: [cat, small dog]\n"),
        (".txt", "\ufeffcat\nsmall dog"),
    ],
)
def test_a_file_beside_the_model_names_its_classes(tmp_path, ending, text):
    (tmp_path / f"model{ending}").write_text(text, encoding="utf-8")
    found = labels_of(tmp_path / "model.onnx", {"names": "{0: 'x', 1: 'y'}"})
    assert found == ["cat", "small dog"]


def test_without_one_the_model_says_it_itself(tmp_path):
    model = tmp_path / "model.onnx"
    assert labels_of(model, {"names": "{0: 'cat', 2: \"dog's\"}"}) == ["cat", "1", "dog's"]
    assert labels_of(model, {"names": "['cat', 'dog']"}) == ["cat", "dog"]
    assert labels_of(model, {}) == []


@pytest.mark.parametrize(
    ("ending", "text"),
    [
        (".json", "{"),
        (".json", "3"),
        (".json", '{"a": "cat"}'),
        (".json", "[" * 100_000),
        (".json", '{"-1": "cat"}'),
        (".yaml", "names: {"),
        (".yaml", "!!python/object/apply:os.system ['true']"),
    ],
)
def test_a_file_that_makes_no_sense_is_named(tmp_path, ending, text):
    (tmp_path / f"model{ending}").write_text(text)
    with pytest.raises(ToolError, match=rf"file model\{ending} can't be read"):
        labels_of(tmp_path / "model.onnx", {})


def test_metadata_that_make_no_sense_are_named(tmp_path):
    with pytest.raises(ToolError, match="metadata `names`"):
        labels_of(tmp_path / "model.onnx", {"names": "__import__('os')"})
