"""The extract_text tool with its models, as a user sees it."""

import json
import math

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from plugins_app.sdk import ToolError
from tests.plugins.ocr.helpers import (
    character_error_rate,
    draw_columns,
    draw_lines,
    word_f1,
)
from tests.real_inputs import REAL_INPUTS, needs_real_inputs

pytestmark = pytest.mark.slow

LINES = ["Opening hours", "Monday to Friday 9:30", "Closed on holidays"]


def assert_well_formed(result):
    """The shape of a text result, and every coordinate inside the picture."""
    json.dumps(result, allow_nan=False)
    assert {"text", "lines", "width", "height"} <= result.keys()
    assert result["text"].split() == " ".join(line["text"] for line in result["lines"]).split()
    for line in result["lines"]:
        assert line.keys() == {"text", "score", "bbox", "polygon"}
        assert 0 <= line["score"] <= 1
        x, y, w, h = line["bbox"]
        assert len(line["polygon"]) == 4
        for px, py in line["polygon"]:
            assert 0 <= px <= result["width"]
            assert 0 <= py <= result["height"]
            assert x - 0.11 <= px <= x + w + 0.11
            assert y - 0.11 <= py <= y + h + 0.11


@needs_real_inputs
@pytest.mark.parametrize("name", ["page_clean", "page_euro"])
def test_a_printed_page_is_read_almost_without_error(extract, name):
    result = extract(REAL_INPUTS / "ocr" / f"{name}.png")
    truth = (REAL_INPUTS / "ocr" / f"{name}.txt").read_text()
    assert character_error_rate(result["text"], truth) <= 0.02
    assert_well_formed(result)


@needs_real_inputs
def test_a_receipt_is_read_row_by_row(extract):
    result = extract(REAL_INPUTS / "ocr" / "receipt_penny.png")
    truth = (REAL_INPUTS / "ocr" / "receipt_penny.txt").read_text()
    assert word_f1(result["text"], truth) >= 0.95
    assert character_error_rate(result["text"], truth) <= 0.05
    assert "Banane Golden V. 1,19 B" in result["text"].splitlines()


@needs_real_inputs
def test_small_text_on_a_strip(extract):
    result = extract(REAL_INPUTS / "ocr" / "sign_en.jpg")
    assert "To facilitate the shot type analysis in videos" in result["text"]


@pytest.mark.parametrize(
    "layout",
    [
        {"widths": [400, 400], "words": [60, 55], "headline": "News from the island"},
        {"widths": [420, 420], "words": [70, 25], "degrees": 1.5},
        {"widths": [330, 330, 330], "words": [45, 40, 30], "degrees": -1},
    ],
)
def test_columns_are_read_from_left_to_right(extract, layout):
    picture, truth = draw_columns(**layout)
    assert character_error_rate(extract(picture)["text"], truth) <= 0.02


def test_a_drawn_receipt_keeps_item_and_price_together(extract):
    items = [
        ("Oat milk", "2,49"),
        ("Rye bread, sliced", "1,99"),
        ("Apples", "3,15"),
        ("Tea", "4,20"),
    ]
    font = ImageFont.load_default(size=26)
    picture = Image.new("L", (640, 260), 255)
    pen = ImageDraw.Draw(picture)
    for number, (item, price) in enumerate(items):
        pen.text((30, 30 + 45 * number), item, 0, font)
        pen.text((610, 30 + 45 * number), price, 0, font, anchor="ra")
    found = extract(picture)["text"].splitlines()
    assert [line for line in found if line] == [f"{item} {price}" for item, price in items]


def test_single_digits_are_not_taken_for_sideways_text(extract):
    font = ImageFont.load_default(size=26)
    picture = Image.new("L", (520, 400), 255)
    pen = ImageDraw.Draw(picture)
    for number in range(1, 8):
        for x, cell in ((40, str(number)), (160, "Washer"), (400, str(8 - number))):
            pen.text((x, 50 * number - 20), cell, 0, font)
    found = extract(picture)["text"].splitlines()
    assert found == [f"{number} Washer {8 - number}" for number in range(1, 8)]


def test_reading_order_off_runs_across_the_columns(extract):
    picture, _ = draw_columns([300, 300], [12, 12])
    found = extract(picture, params={"reading_order": False})["text"].splitlines()[0]
    assert found.startswith("When the old")
    assert len(found.split()) > 6


@pytest.mark.parametrize("orientation", [3, 6, 8])
def test_exif_orientation(extract, orientation):
    stored = {3: 180, 6: 90, 8: 270}[orientation]  # counterclockwise, undone by the tag
    exif = Image.Exif()
    exif[0x0112] = orientation
    upright = draw_lines(LINES)
    result = extract(upright.rotate(stored, expand=True), "JPEG", exif=exif)
    assert result["text"].split() == " ".join(LINES).split()
    assert (result["width"], result["height"]) == upright.size
    assert result["lines"][0]["bbox"][1] < result["lines"][1]["bbox"][1]
    assert_well_formed(result)


@pytest.mark.parametrize("clockwise", [90, 180, 270])
def test_a_turned_scan_without_a_tag(extract, clockwise):
    picture = draw_lines(LINES).rotate(-clockwise, expand=True, fillcolor=255)
    result = extract(picture)
    assert result["text"].split() == " ".join(LINES).split()
    assert (result["width"], result["height"]) == picture.size
    assert_well_formed(result)
    (x0, y0), (x1, y1), *_ = result["lines"][0]["polygon"]
    assert round(math.degrees(math.atan2(y1 - y0, x1 - x0)) / 90) % 4 == clockwise // 90


def test_a_single_line_on_an_empty_page_is_found(extract):
    picture = Image.new("L", (3000, 4200), 255)
    ImageDraw.Draw(picture).text((300, 3000), "page 12", 0, ImageFont.load_default(size=36))
    assert extract(picture)["text"] == "page 12"


def test_boxes_lie_around_the_text(extract):
    picture = Image.new("L", (3000, 2400), 255)
    pen = ImageDraw.Draw(picture)
    font = ImageFont.load_default(size=90)
    pen.text((1500, 1800), "Lighthouse", 0, font)
    (line,) = extract(picture)["lines"]
    left, top, right, bottom = pen.textbbox((1500, 1800), "Lighthouse", font)
    x, y, w, h = line["bbox"]
    assert x == pytest.approx(left, abs=40)
    assert y == pytest.approx(top, abs=40)
    assert x + w == pytest.approx(right, abs=40)
    assert y + h == pytest.approx(bottom, abs=40)


@pytest.mark.parametrize(
    "picture",
    [
        Image.new("RGB", (800, 600), "white"),
        Image.new("L", (1, 1), 0),
        Image.new("L", (5, 5), 255),
        Image.new("L", (1, 3000), 255),
        Image.new("RGBA", (300, 200), (0, 0, 0, 0)),
    ],
    ids=lambda picture: f"{picture.mode} {picture.size}",
)
def test_nothing_to_read(extract, picture):
    result = extract(picture)
    assert (result["text"], result["lines"]) == ("", [])
    assert (result["width"], result["height"]) == picture.size


def test_a_strip_of_4000_by_20(extract):
    words = "the tide comes in twice a day and nobody minds"
    picture = Image.new("L", (4000, 20), 255)
    ImageDraw.Draw(picture).text((30, 1), words, 0, ImageFont.load_default(size=15))
    result = extract(picture)
    assert character_error_rate(result["text"], words) <= 0.05
    assert_well_formed(result)


def test_tiny_text(extract):
    result = extract(draw_lines(["A quiet harbour", "Low tide at seven"], size=9, width=200))
    assert character_error_rate(result["text"], "A quiet harbour Low tide at seven") <= 0.06


def test_sixteen_bit_cmyk_and_transparent_pictures_are_read(extract):
    page = draw_lines(LINES)
    deep = Image.fromarray(np.asarray(page).astype(np.uint16) * 257)
    glass = Image.new("RGBA", page.size, (0, 0, 0, 255))
    glass.putalpha(page.point(lambda value: 255 - value))
    wanted = " ".join(LINES).split()
    assert extract(deep)["text"].split() == wanted
    assert extract(page.convert("CMYK"), "JPEG", quality=95)["text"].split() == wanted
    assert extract(glass)["text"].split() == wanted
    assert extract(draw_lines(LINES, ink=255, paper=0))["text"].split() == wanted


def test_pages_of_a_tiff_are_counted(extract):
    page = draw_lines(LINES)
    result = extract(page, "TIFF", save_all=True, append_images=[page, page])
    assert result["pages"] == 3
    assert result["text"].split() == " ".join(LINES).split()
    assert "pages" not in extract(page)


def test_letter_spacing_is_kept(extract):
    picture = draw_lines(["P  E  N  N  Y    market"])
    assert extract(picture)["text"] == "P E N N Y market"


def test_min_score_leaves_out_the_uncertain(extract):
    page = draw_lines(LINES)
    assert extract(page, params={"min_score": 1.0})["text"].split() != " ".join(LINES).split()
    assert extract(page, params={"min_score": 0.0})["lines"]


def test_the_same_picture_gives_the_same_result(extract):
    picture, _ = draw_columns([300, 300], [30, 30])
    assert extract(picture) == extract(picture)


def test_an_unknown_tool(ocr_plugin):
    with pytest.raises(ToolError, match="extract_text"):
        ocr_plugin.run_tool("translate", {"image_path": "x"})


def test_models_load_without_the_network_and_with_one_thread(monkeypatch):
    import socket

    import cv2
    import ocr_engine

    def refuse(*_args, **_options):
        raise AssertionError("the network was asked for")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    engine = ocr_engine.Engine()
    assert all(path.is_file() for path in ocr_engine.model_paths().values())
    assert cv2.getNumThreads() == 1
    for stage in (engine.detector, engine.classifier, engine.recogniser):
        options = stage.session.session.get_session_options()
        assert (options.intra_op_num_threads, options.inter_op_num_threads) == (1, 1)
