"""JSON Lines, plain text and hOCR."""

import json

import pytest
from lxml import etree

from plugins_app.sdk import ToolError
from tests.exporting.drawn import detection, detections, text_result, tracks

XHTML = {"h": "http://www.w3.org/1999/xhtml"}


def test_every_kind_is_a_line_of_json(desk):
    keypoints = b'{\n "keypoints":\r\n [1, 2]\n}'
    desk.add("keypoints", keypoints).add("json", {"any": ["thing", None]}, name="ж\u2028.png")
    desk.add("tracks", tracks(2), name="v.mp4", video=2).miss()
    lines = desk.export("jsonl")["results.jsonl"].decode().split("\n")
    rows = [json.loads(line) for line in lines[:-1]]
    assert [row["result"] for row in rows] == [
        {"keypoints": [1, 2]},
        {"any": ["thing", None]},
        tracks(2),
    ]
    assert rows[1]["filename"] == "ж\u2028.png"
    assert rows[0]["run"] == {"input_sha256": "0" * 64}
    assert lines[-1] == ""


def test_texts_have_a_file_each_under_the_pictures_name(desk):
    desk.add("text", text_result(("你好", (0, 0, 9, 9))), name="图.png")
    desk.add("text", text_result(("שלום", (0, 0, 9, 9))), name="图.png")
    desk.add("codes", {"codes": [{"format": "QR", "text": "one"}, {"format": "QR", "text": "two"}]})
    files = desk.export("text")
    assert files["图.txt"].decode() == "你好\n"
    assert files["图-2.txt"].decode() == "שלום\n"
    assert files["a.txt"].decode() == "one\ntwo\n"


def test_texts_may_be_in_one_file(desk):
    desk.add("text", text_result(("one", (0, 0, 9, 9))), name="a.png")
    desk.add("text", {"text": "", "lines": []}, name="b.png")
    text = desk.export("text", files="one")["results.txt"].decode()
    assert text == "=== a.png\none\n\n=== b.png\n"


def test_a_lone_text_is_a_plain_file(desk):
    files = desk.add("text", text_result(("one", (0, 0, 9, 9)))).export("text")
    assert files == {"export.txt": b"one\n"}
    assert desk.report["sources"][0]["filename"] == "a.png"


def test_hocr_is_xhtml_with_lines_and_words(desk):
    nasty = '<b> & "quotes"\x0c end'
    desk.add("text", text_result((nasty, (10, 20, 100, 10)), ("Привет", (0, 40, 50, 8))),
             name='a "b" <c>.png', size=(200, 100))  # fmt: skip
    data = desk.export("hocr")["export.hocr"]
    root = etree.fromstring(data, etree.XMLParser(load_dtd=False, no_network=True))
    page = root.find(".//h:div[@class='ocr_page']", XHTML)
    assert page.get("title").startswith('image "a _b_ <c>.png"; bbox 0 0 200 100')
    first, second = root.findall(".//h:span[@class='ocr_line']", XHTML)
    assert first.get("title") == "bbox 10 20 110 30; x_wconf 95"
    words = ["".join(w.itertext()) for w in first.findall("h:span[@class='ocrx_word']", XHTML)]
    assert words == ["<b>", "&", '"quotes"', "end"]
    assert "".join(second.itertext()) == "Привет"
    ends = [w.get("title").split(";")[0].split()[3] for w in first]
    assert ends == sorted(ends, key=int)
    assert ends[-1] == "110"


def test_an_empty_page_is_still_a_page(desk):
    data = desk.add("text", {"text": "", "lines": []}).export("hocr")["export.hocr"]
    assert etree.fromstring(data).find(".//h:div", XHTML) is not None


@pytest.mark.parametrize("name", ["text", "hocr", "pdf"])
def test_where_there_is_no_text_the_reason_is_told(desk, name):
    with pytest.raises(ToolError, match="kind detections"):
        desk.add("detections", detections(detection())).export(name)
