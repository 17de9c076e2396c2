"""The read_codes tool, as a user sees it."""

import base64
import json

import cv2
import numpy as np
import pytest
from PIL import Image

from plugins_app.sdk import ToolError
from tests.plugins.codes.helpers import bars, load_plugin, placed, qr

pytestmark = pytest.mark.slow

FORMATS = [
    ("EAN13", "EAN-13", "4006381333931"),
    ("EAN8", "EAN-8", "96385074"),
    ("Code128", "Code 128", "ForgeSyte-128"),
    ("Code39", "Code 39", "CODE39"),
    ("Code93", "Code 93", "CODE93"),
    ("ITF", "ITF", "12345670"),
    ("DataMatrix", "Data Matrix", "part 4711"),
    ("Aztec", "Aztec", "seat 12A"),
    ("PDF417", "PDF417", "boarding pass"),
]


@pytest.fixture(scope="module")
def plugin():
    made = load_plugin()
    made.on_load()
    return made


@pytest.fixture
def read(plugin, tmp_path):
    """Runs the tool on an array or a Pillow picture; gives the codes."""

    def run(picture, fmt="PNG", save=None, **params):
        path = tmp_path / "upload"
        if isinstance(picture, np.ndarray):
            picture = Image.fromarray(picture)
        picture.save(path, format=fmt, **(save or {}))
        result = plugin.run_tool("read_codes", {"image_path": str(path), **params})
        json.dumps(result, allow_nan=False)
        assert (result["width"], result["height"]) in (picture.size, picture.size[::-1])
        for code in result["codes"]:
            x, y, w, h = code["bbox"]
            assert len(code["polygon"]) == 4
            for px, py in code["polygon"]:
                assert x - 0.1 <= px <= x + w + 0.1
                assert y - 0.1 <= py <= y + h + 0.1
        return result["codes"]

    return run


def texts(codes):
    return [code["text"] for code in codes]


@pytest.mark.parametrize("text", ["https://example.org/a", "Grüße", "日本語テキスト", "🙂 ok"])
def test_a_qr_code_with_its_text_and_place(read, text):
    picture = np.full((500, 700), 200, np.uint8)
    code = qr(text, encoding="utf-8")
    side = len(code)
    picture[100 : 100 + side, 300 : 300 + side] = code
    (found,) = read(picture)
    assert (found["format"], found["text"]) == ("QR Code", text)
    assert "base64" not in found
    inner = side - 2 * 4 * 6  # without its quiet zone
    assert found["bbox"] == pytest.approx([324, 124, inner, inner], abs=6)


@pytest.mark.parametrize(("fmt", "name", "text"), FORMATS)
@pytest.mark.parametrize("angle", [0, 90, 38])
def test_every_format_upright_sideways_and_askew(read, fmt, name, text, angle):
    found = read(placed(bars(text, fmt), angle=angle))
    assert [(code["format"], code["text"]) for code in found] == [(name, text)]


@pytest.mark.parametrize("angle", range(0, 360, 30))
def test_turned_qr_codes(read, angle):
    assert texts(read(placed(qr("turned"), angle=angle))) == ["turned"]


def test_blurred_small_inverted_and_noisy_codes(read):
    picture = placed(qr("https://example.org/some/page"))
    assert texts(read(cv2.GaussianBlur(picture, (0, 0), 3.2))) == ["https://example.org/some/page"]
    assert texts(read(placed(qr("small"), scale=0.3))) == ["small"]
    assert texts(read(255 - picture)) == ["https://example.org/some/page"]
    noise = np.random.default_rng(0).normal(0, 50, picture.shape)
    noisy = np.clip(picture + noise, 0, 255).astype(np.uint8)
    assert texts(read(noisy)) == ["https://example.org/some/page"]


def test_looking_harder_finds_what_one_look_does_not(read):
    askew = placed(bars("ForgeSyte-128", "Code128"), angle=38)
    assert read(askew, try_harder=False) == []
    assert texts(read(askew, try_harder=True)) == ["ForgeSyte-128"]


@pytest.fixture
def sheet():
    """Six QR codes and a bar code, and their texts from the top on."""
    picture = np.full((900, 1200), 220, np.uint8)
    made = []
    for number in range(6):
        made.append(f"label {number}")
        code = qr(made[-1], 4)
        x, y = 40 + 380 * (number % 3), 40 + 320 * (number // 3)
        picture[y : y + len(code), x : x + len(code)] = code
    code = bars("4006381333931", "EAN13")
    picture[700 : 700 + len(code), 300 : 300 + code.shape[1]] = code
    return picture, [*made, "4006381333931"]


def test_several_codes_from_the_top_on(read, sheet):
    picture, made = sheet
    assert texts(read(picture)) == made


def test_two_codes_that_say_the_same_are_two(read):
    code = placed(qr("twin"), (300, 300))
    assert texts(read(np.hstack([code, code]))) == ["twin", "twin"]


def test_only_the_formats_that_were_asked_for(read, sheet):
    picture, made = sheet
    assert texts(read(picture, formats=["EAN-13"])) == made[-1:]
    assert texts(read(picture, formats=["QR Code"])) == made[:-1]
    assert read(picture, formats=["Aztec"]) == []


def test_the_limit(read, sheet):
    picture, _ = sheet
    assert len(read(picture, limit=3)) == 3


def test_a_upc_code_is_read_as_the_format_asked_for(read):
    picture = placed(bars("036000291452", "UPCA"))
    (found,) = read(picture, formats=["UPC-A"])
    assert (found["format"], found["text"]) == ("UPC-A", "036000291452")
    assert texts(read(picture)) == ["0036000291452"]  # as EAN-13 the same number


def test_binary_content_is_given_without_loss(read):
    content = bytes(range(256))
    (found,) = read(placed(qr(content, mode="byte")))
    assert base64.b64decode(found["base64"]) == content
    assert "\0" not in found["text"]


@pytest.mark.parametrize("text", ["Grüße aus Köln", "日本語テキスト"])
def test_older_encodings_give_the_right_text_and_the_bytes(read, text):
    (found,) = read(placed(qr(text)))  # Latin-1 and Shift JIS, which need fewer dots
    assert found["text"] == text
    assert (
        base64.b64decode(found["base64"]).decode("latin-1" if "G" in text else "shift-jis") == text
    )


def test_a_picture_without_codes(read):
    assert read(np.full((300, 400), 128, np.uint8)) == []


def test_a_turned_photograph_gives_places_in_the_upright_picture(read):
    upright = np.full((400, 800), 210, np.uint8)
    code = qr("upright")
    upright[20 : 20 + len(code), 30 : 30 + len(code)] = code
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned clockwise
    (found,) = read(Image.fromarray(np.rot90(upright)), "JPEG", {"exif": exif})
    assert found["bbox"][:2] == pytest.approx([54, 44], abs=6)


def test_deep_and_transparent_pictures(read):
    code = qr("deep")
    assert texts(read(code.astype(np.uint16) * 16)) == ["deep"]
    alpha = np.dstack([np.zeros_like(code)] * 3 + [255 - code])
    assert texts(read(alpha)) == ["deep"]


def test_a_large_picture_gives_places_in_its_own_pixels(read):
    picture = np.full((5000, 6000), 220, np.uint8)
    code = qr("large", 20)
    picture[3000 : 3000 + len(code), 4000 : 4000 + len(code)] = code
    (found,) = read(picture, try_harder=False)
    assert found["bbox"][:2] == pytest.approx([4080, 3080], abs=25)


def test_what_is_no_image_is_refused(plugin, tmp_path):
    path = tmp_path / "words"
    path.write_text("no picture")
    with pytest.raises(ToolError, match="not an image"):
        plugin.run_tool("read_codes", {"image_path": str(path)})


def test_an_unknown_tool_is_named(plugin):
    with pytest.raises(ToolError, match="no tool 'write'"):
        plugin.run_tool("write", {})
