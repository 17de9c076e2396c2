"""SAM 3 by path, with a stand-in that knows three colours by word and by example."""

import numpy as np
import pytest

from plugins_app.sdk import ToolError
from tests.plugins.segment import stand_ins

import segment_words  # isort: skip

PLACES = {"red": (40, 60), "green": (200, 60), "blue": (360, 60)}


@pytest.fixture
def image():
    """A red, a green and a blue rectangle, each 100 x 160."""
    made = np.full((300, 500, 3), 20, np.uint8)
    for channel, (x, y) in zip((2, 1, 0), PLACES.values(), strict=True):
        made[y : y + 160, x : x + 100] = 0
        made[y : y + 160, x : x + 100, channel] = 250
    return made


@pytest.fixture
def sam3(tmp_path, monkeypatch):
    """The operator has provided the network, its tokenizer beside it."""
    path = stand_ins.save_sam3(tmp_path)
    monkeypatch.setenv("SEGMENT_SAM3_MODEL", str(path))
    return path


def where(result):
    """Which of the three were found."""
    lefts = {x: name for name, (x, _) in PLACES.items()}
    return [min((abs(one["bbox"][0] - x), name) for x, name in lefts.items())[1]
            for one in result["masks"]]  # fmt: skip


@pytest.mark.parametrize("colour", ["red", "green", "blue"])
def test_a_text_finds_what_it_names(run, masks, plugin, sam3, image, colour):
    result = run("find_all", image, text=f"the {colour} box")
    assert where(result) == [colour]
    assert result["backend"] == "sam3"
    assert result["masks"][0]["label"] == f"the {colour} box"
    x, y = PLACES[colour]
    np.testing.assert_allclose(result["masks"][0]["bbox"], [x, y, 100, 160], atol=4)
    assert len(masks(result)) == 1
    assert len(plugin.model_digest) == 64


def test_example_boxes_and_words_add_up(run, sam3, image):
    boxes = [[205, 65, 90, 150]]
    assert where(run("find_all", image, boxes=boxes)) == ["green"]
    assert sorted(where(run("find_all", image, boxes=boxes, text="blue"))) == ["blue", "green"]


def test_a_negative_example_takes_away(run, sam3, image):
    boxes = [{"bbox": [365, 65, 90, 150], "role": "negative"}]
    assert where(run("find_all", image, boxes=boxes, text="red blue")) == ["red"]


def test_where_the_network_says_nothing_is_there_nothing_is_found(run, sam3, image):
    image[:, :150] = 20  # its stand-in looks for anything red
    assert run("find_all", image, text="blue")["masks"] == []


def test_a_tokenizer_elsewhere_is_found_by_its_variable(run, sam3, image, tmp_path, monkeypatch):
    (tmp_path / "tokenizer.json").rename(tmp_path / "words.json")
    with pytest.raises(ToolError, match=r"tokenizer.json is not a tokenizer.json with CLIP's"):
        run("find_all", image, text="red")
    monkeypatch.setenv("SEGMENT_SAM3_TOKENIZER", str(tmp_path / "words.json"))
    assert where(run("find_all", image, text="red")) == ["red"]


def test_an_export_without_boxes_still_takes_words(run, image, tmp_path, monkeypatch):
    text = stand_ins.SAM3.replace(", int64[1, 32] attention_mask", "")
    text = text.replace("counts = Cast<to = 1>(attention_mask)", "counts = Cast<to = 1>(ones)")
    text = text.replace(
        "\n    float[1, m, 4] input_boxes, int64[1, m] input_boxes_labels)",
        ")",
    ).replace("int64[1, 32] input_ids,)", "int64[1, 32] input_ids)")
    start, end = text.index("    flat ="), text.index("    strong =")
    text = text[:start] + text[end:].replace("Mul(wish", "Mul(named")
    text = text.replace("counts = Cast<to = 1>(ones)", "counts = Identity(one)")
    monkeypatch.setenv("SEGMENT_SAM3_MODEL", str(stand_ins.save_sam3(tmp_path, text)))
    assert where(run("find_all", image, text="red")) == ["red"]
    by_box = run("find_all", image, boxes=[[205, 65, 90, 150]])
    assert by_box["backend"] == "opencv"  # which does take examples
    with pytest.raises(ToolError, match="takes no example boxes"):
        run("find_all", image, boxes=[[205, 65, 90, 150]], backend="sam3")


def test_a_text_without_a_model_says_what_is_needed_and_where_to_put_it(run, image):
    with pytest.raises(ToolError) as caught:
        run("find_all", image, text="red")
    for word in ("SAM 3", "SEGMENT_SAM3_MODEL", "SEGMENT_SAM3_TOKENIZER", "input_ids", "example"):
        assert word in caught.value.message


def test_another_network_is_refused_by_what_it_takes(run, image, tmp_path, monkeypatch):
    other = stand_ins.save_other(tmp_path / "other.onnx")
    monkeypatch.setenv("SEGMENT_SAM3_MODEL", str(other))
    with pytest.raises(ToolError, match=r"not laid out as SAM 3.*Its inputs are camera"):
        run("find_all", image, text="red")


def test_words_become_the_numbers_of_the_vocabulary(tmp_path):
    stand_ins.save_sam3(tmp_path)
    vocabulary = stand_ins.tokenizer()["model"]["vocab"]
    words = segment_words.Words(tmp_path / "tokenizer.json")
    ids, counts = words.encode("  Red GREEN ", 8)
    start, end = vocabulary["<|startoftext|>"], vocabulary["<|endoftext|>"]
    assert ids == [start, vocabulary["red</w>"], vocabulary["green</w>"], *[end] * 5]
    assert counts == [1, 1, 1, 1, 0, 0, 0, 0]
    assert words.encode("red " * 50, 8)[1] == [1] * 8
