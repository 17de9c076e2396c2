"""Barcodes and QR codes with their content."""

from typing import Any

from plugins_app.outputs.base import Column, OutputKind
from plugins_app.outputs.schemas import PAGE, POLYGON, TEXT, list_of, object_of


class Codes(OutputKind):
    """``format`` is the symbology, ``text`` the content."""

    name = "codes"
    rank = 60
    word = "codes with their place in the picture"
    sketch = '{"codes": [{"format", "text", "polygon"}]}'
    example = {
        "codes": [
            {"format": "QR", "text": "cat", "polygon": [[4, 5], [24, 5], [24, 15], [4, 15]]},
        ]
    }
    listed = "codes"
    noun = "code"
    named_by = "text"
    columns = (Column("Format", "label"), Column("Content", "shown"))
    schema = object_of(
        "codes",
        codes=list_of(object_of("format text", format=TEXT, text=TEXT, polygon=POLYGON, page=PAGE)),
    )

    def text_of(self, result: Any) -> str:
        """The content of each code on a line of its own."""
        return "\n".join(code.text for code in self.things(result) or ())


KIND = Codes()
