"""Searchable PDF, read back by PDFium, which Chrome has."""

import io

import pypdfium2
import pytest
from PIL import Image

from tests.exporting.drawn import photo, text_result

SCRIPTS = [
    "Hello world",
    "Привет мир",
    "你好世界",
    "שלום עולם",
    "مرحبا بالعالم",
    "नमस्ते",
    "emoji 😀",
]


def opened(data):
    document = pypdfium2.PdfDocument(data)
    return document, document[0], document[0].get_textpage()


def test_text_of_any_script_is_there_to_be_copied(desk, tmp_path):
    lines = [(words, (10, 20 + 30 * n, 150, 20)) for n, words in enumerate(SCRIPTS)]
    picture = photo(tmp_path, (200, 260))
    data = desk.add("text", text_result(*lines), size=(200, 260), picture=picture).export("pdf")
    _document, _page, text = opened(data["export.pdf"])
    assert text.get_text_bounded().split("\r\n") == SCRIPTS


@pytest.mark.parametrize("words", SCRIPTS[:5])
def test_text_is_found_where_it_stands(desk, tmp_path, words):
    picture = photo(tmp_path)
    desk.add("text", text_result((words, (20, 30, 100, 10))), size=(200, 100), picture=picture)
    _document, page, text = opened(desk.export("pdf", dpi=72)["export.pdf"])
    assert page.get_size() == (200, 100)
    assert text.search(words).get_next() == (0, len(words))
    boxes = [text.get_charbox(n, loose=True) for n in range(len(words))]
    left, right = min(box[0] for box in boxes), max(box[2] for box in boxes)
    bottom, top = min(box[1] for box in boxes), max(box[3] for box in boxes)
    assert [left, right] == pytest.approx([20, 120], abs=1)
    assert [bottom, top] == pytest.approx([60, 70], abs=1)


def test_a_jpeg_keeps_its_bytes_and_the_text_is_not_seen(desk, tmp_path):
    picture = photo(tmp_path)
    desk.add("text", text_result(("HELLO", (20, 30, 100, 30))), size=(200, 100), picture=picture)
    data = desk.export("pdf", dpi=72)["export.pdf"]
    assert picture.read_bytes() in data
    shown = opened(data)[1].render(scale=1).to_pil().convert("L")
    plain = Image.open(picture).convert("L")
    difference = sum(abs(a - b) for a, b in zip(shown.tobytes(), plain.tobytes(), strict=True))
    assert difference / (200 * 100) < 3


def test_a_picture_lying_on_its_side_is_set_upright(desk, tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = photo(tmp_path, (100, 200), exif=exif)
    desk.add("text", text_result(("up", (1, 1, 9, 9))), size=(200, 100), picture=picture)
    page = opened(desk.export("pdf", dpi=72)["export.pdf"])[1]
    (shown,) = (one for one in page.get_objects() if isinstance(one, pypdfium2.PdfImage))
    assert shown.get_px_size() == (200, 100)


def test_all_pages_may_be_in_one_document(desk, tmp_path):
    for words in ("one", "two"):
        desk.add(
            "text",
            text_result((words, (1, 1, 50, 9))),
            picture=photo(tmp_path, (40, 30), f"{words}.png"),
        )
    document = pypdfium2.PdfDocument(io.BytesIO(desk.export("pdf", files="one")["results.pdf"]))
    texts = [page.get_textpage().get_text_bounded() for page in document]
    assert texts == ["one", "two"]


def test_a_picture_that_can_not_be_read_is_left_out(desk, tmp_path):
    broken = tmp_path / "broken.png"
    broken.write_bytes(b"no picture")
    desk.add("text", text_result(("one", (1, 1, 9, 9))), picture=photo(tmp_path))
    desk.add("text", text_result(("two", (1, 1, 9, 9))), name="broken.png", picture=broken)
    files = desk.export("pdf")
    assert sorted(files) == ["a.pdf", "manifest.json"]
    assert desk.report["left_out"][0]["reason"].startswith("The picture can't be read")
