"""Text, as a whole and in lines with their places."""

from typing import Any

from plugins_app.outputs.base import Column, Fps, OutputKind
from plugins_app.outputs.schemas import BOX_OR_NONE, PAGE, POLYGON, SCORE, TEXT, list_of, object_of
from plugins_app.outputs.spellings import SCORE_KEYS, first, plain, shaped_box


class Text(OutputKind):
    """``text`` is all of it in reading order; its things are the lines."""

    name = "text"
    rank = 10
    word = "text with its place in the picture"
    sketch = '{"text": "...", "lines": [{"text", "score", "bbox", "polygon"}]}'
    example = {
        "text": "cat",
        "lines": [{"text": "cat", "score": 0.9, "bbox": [4, 5, 20, 10]}],
    }
    listed = "lines"
    noun = "line"
    named_by = "text"
    columns = (Column("Text", "shown"),)
    captioned = False
    common_word = True
    schema = object_of(
        "text lines",
        text=TEXT,
        lines=list_of(
            object_of(
                "text score", text=TEXT, score=SCORE, bbox=BOX_OR_NONE, polygon=POLYGON, page=PAGE
            )
        ),
    )

    def shape_document(self, result: Any, fps: Fps) -> Any:
        """``blocks`` of text become ``lines``; their scores in percent become 0..1."""
        if not isinstance(result, dict) or "lines" in result:
            return result
        blocks = plain(result.get("blocks"))
        if not isinstance(blocks, list) or not isinstance(result.get("text"), str):
            return result
        blocks = [plain(block) for block in blocks]
        if not all(isinstance(one, dict) and isinstance(one.get("text"), str) for one in blocks):
            return result
        scores = [first(block, SCORE_KEYS)[1] for block in blocks]
        top = max((score for score in scores if isinstance(score, int | float)), default=0)
        lines = []
        for block, score in zip(blocks, scores, strict=True):
            share = score / 100 if top > 1 and isinstance(score, int | float) else score
            line = {"text": block["text"], "score": share, "bbox": shaped_box(block)[1]}
            lines.append(line | ({"page": block["page"]} if "page" in block else {}))
        rest = {name: value for name, value in result.items() if name != "blocks"}
        return {**rest, "lines": lines}

    def is_readable(self, result: Any) -> bool:
        """It needs the whole text or lines."""
        return _whole(result) is not None or bool(self.entries(result))

    def text_of(self, result: Any) -> str:
        """The whole text, or else that of its lines."""
        whole = _whole(result)
        lines = self.things(result) or () if whole is None else ()
        return "\n".join(line.text for line in lines) if whole is None else whole


def _whole(result: Any) -> str | None:
    text = result.get("text") if isinstance(result, dict) else None
    return text if isinstance(text, str) else None


KIND = Text()
