"""hOCR 1.2: lines of text with their positions, as XHTML (https://kba.github.io/hocr-spec/1.2/)."""

from collections.abc import Iterable
from typing import Any

from export_entries import Entry
from export_run import Export
from export_things import Thing, on_picture
from export_xml import escaped, quoted

HEAD = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN"
  "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd">
<html xmlns="http://www.w3.org/1999/xhtml">
 <head>
  <title>{title}</title>
  <meta http-equiv="Content-Type" content="text/html;charset=utf-8"/>
  <meta name="ocr-system" content={system}/>
  <meta name="ocr-capabilities" content="ocr_page ocr_line ocrx_word"/>
 </head>
 <body>
  <div class="ocr_page" id="page_1" title={page}>
"""
FOOT = "  </div>\n </body>\n</html>\n"


def look(entry: Entry, options: dict[str, Any]) -> Iterable[str]:
    """Accepts texts of pictures."""
    on_picture(entry, "text")
    return ()


def write(export: Export) -> None:
    """Write one file for each result."""
    for entry in export.entries():
        name = export.member_name(entry, ".hocr")
        export.note(entry, name)
        with export.archive.file(name) as file:
            file.text(_head(entry))
            for number, line in enumerate(on_picture(entry, "text"), start=1):
                file.text(_line(line, number))
            file.text(FOOT)


def _head(entry: Entry) -> str:
    image = entry.filename.replace("\\", "_").replace('"', "_")
    page = f'image "{image}"; bbox 0 0 {entry.width} {entry.height}; ppageno 0'
    system = f"{entry.plugin} {entry.version} {entry.tool}"
    return HEAD.format(title=escaped(entry.filename), system=quoted(system), page=quoted(page))


def _line(line: Thing, number: int) -> str:
    """A line and its words. Only the line's position is known; words share it by their length."""
    words = line.text.split()
    if not words:
        return ""
    spans = []
    for place, (word, share) in enumerate(zip(words, _shares(line.text, words), strict=True), 1):
        title = _place(line, share)
        head = f'<span class="ocrx_word" id="word_1_{number}_{place}" title={quoted(title)}>'
        spans.append(f"{head}{escaped(word)}</span>")
    title = _place(line, (0.0, 1.0))
    head = f'   <span class="ocr_line" id="line_1_{number}" title={quoted(title)}>'
    return f"{head}{' '.join(spans)}</span>\n"


def _shares(text: str, words: list[str]) -> list[tuple[float, float]]:
    """Where each word starts and ends, as shares (0..1) of the line."""
    shares, at = [], 0
    for word in words:
        begin = text.index(word, at)
        at = begin + len(word)
        shares.append((begin / len(text), at / len(text)))
    return shares


def _place(line: Thing, share: tuple[float, float]) -> str:
    parts = []
    if line.bbox:
        x, y, width, height = line.bbox
        left, right = x + share[0] * width, x + share[1] * width
        corners = (max(round(value), 0) for value in (left, y, right, y + height))
        parts.append("bbox " + " ".join(map(str, corners)))
    if line.score is not None:
        parts.append(f"x_wconf {round(line.score * 100)}")
    return "; ".join(parts)
