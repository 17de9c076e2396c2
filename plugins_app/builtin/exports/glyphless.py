"""A font with empty glyphs, for text that can be searched and copied but not seen.

Every character has its own code and is half as wide as it is high. The ToUnicode map (ISO 32000-1,
9.10.3) says what it means, so any script can be written. Tesseract does the same.
"""

import struct
from collections.abc import Iterable

from pypdf import PdfWriter
from pypdf.generic import (
    ArrayObject,
    DecodedStreamObject,
    DictionaryObject,
    IndirectObject,
    NameObject,
    NumberObject,
    TextStringObject,
)

WIDTH = 500
"""Width of each glyph, in thousandths of the font's size."""
CODES_AT_ONCE = 100
"""A block of a ToUnicode map can have at most this many entries."""


class Glyphless:
    """The characters of one document and their codes, starting at 1."""

    def __init__(self) -> None:
        self._codes: dict[str, int] = {}

    def encoded(self, text: str) -> str:
        """The text as hexadecimal codes, two bytes each."""
        return "".join(f"{self._codes.setdefault(c, len(self._codes) + 1):04x}" for c in text)

    def has_room_for(self, text: str) -> bool:
        """Whether two bytes are still enough for the codes if this text is added."""
        return len(self._codes) + len(text) < 0xFFFF

    def add_to(self, writer: PdfWriter) -> IndirectObject:
        """Add the font to the document. Returns the reference to it."""
        descriptor = {
            "Type": NameObject("/FontDescriptor"),
            "FontName": NameObject("/Glyphless"),
            "FontBBox": _numbers(0, 0, WIDTH, 1000),
            "Flags": NumberObject(5),  # fixed pitch, symbolic
            "ItalicAngle": NumberObject(0),
            "Ascent": NumberObject(1000),
            "Descent": NumberObject(-1),
            "CapHeight": NumberObject(1000),
            "StemV": NumberObject(80),
            "FontFile2": _stream(writer, _true_type()),
        }
        system = {
            "Registry": TextStringObject("Adobe"),
            "Ordering": TextStringObject("Identity"),
            "Supplement": NumberObject(0),
        }
        to_glyph = b"\0\1" * (len(self._codes) + 1)
        descendant = {
            "Type": NameObject("/Font"),
            "Subtype": NameObject("/CIDFontType2"),
            "BaseFont": NameObject("/Glyphless"),
            "CIDSystemInfo": _dictionary(system),
            "FontDescriptor": writer._add_object(_dictionary(descriptor)),
            "CIDToGIDMap": _stream(writer, to_glyph),
            "DW": NumberObject(WIDTH),
        }
        font = {
            "Type": NameObject("/Font"),
            "Subtype": NameObject("/Type0"),
            "BaseFont": NameObject("/Glyphless"),
            "Encoding": NameObject("/Identity-H"),
            "DescendantFonts": ArrayObject([writer._add_object(_dictionary(descendant))]),
            "ToUnicode": _stream(writer, self._to_unicode()),
        }
        return writer._add_object(_dictionary(font))

    def _to_unicode(self) -> bytes:
        pairs = [f"<{code:04x}> <{_utf16(c)}>" for c, code in self._codes.items()]
        blocks = [pairs[at : at + CODES_AT_ONCE] for at in range(0, len(pairs), CODES_AT_ONCE)]
        maps = "".join(_block(block) for block in blocks)
        return CMAP.format(maps=maps).encode("ascii")


CMAP = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <ffff>
endcodespacerange
{maps}endcmap
CMapName currentdict /CMap defineresource pop
end
end
"""


def _block(pairs: Iterable[str]) -> str:
    lines = list(pairs)
    return f"{len(lines)} beginbfchar\n" + "\n".join(lines) + "\nendbfchar\n"


def _utf16(character: str) -> str:
    return character.encode("utf-16-be", "replace").hex()


def _dictionary(values: dict[str, object]) -> DictionaryObject:
    return DictionaryObject({NameObject(f"/{name}"): value for name, value in values.items()})


def _numbers(*values: int) -> ArrayObject:
    return ArrayObject([NumberObject(value) for value in values])


def _stream(writer: PdfWriter, data: bytes) -> IndirectObject:
    stream = DecodedStreamObject()
    stream.set_data(data)
    packed = stream.flate_encode()
    packed[NameObject("/Length1")] = NumberObject(len(data))
    return writer._add_object(packed)


def _true_type() -> bytes:
    """A TrueType font with two empty glyphs and the tables required in PDF (ISO 32000-1, 9.9)."""
    tables = {
        b"glyf": b"\0" * 4,
        b"head": struct.pack(
            ">IIIIHHqqhhhhHHhhh",
            0x00010000, 0x00010000, 0, 0x5F0F3CF5, 0, 1000, 0, 0, 0, 0, WIDTH, 1000, 0, 8, 2, 0, 0,
        ),
        b"hhea": struct.pack(">IhhhHhhhhhhhhhhhH", 0x00010000, 1000, -1, 0, WIDTH, *[0] * 11, 2),
        b"hmtx": struct.pack(">HhHh", WIDTH, 0, WIDTH, 0),
        b"loca": struct.pack(">HHH", 0, 0, 0),
        b"maxp": struct.pack(">IH13H", 0x00010000, 2, *[0, 0, 0, 0, 1, *[0] * 8]),
    }  # fmt: skip
    offset = 12 + 16 * len(tables)
    head = struct.pack(">IHHHH", 0x00010000, len(tables), 64, 2, 16 * len(tables) - 64)
    body = b""
    for tag, data in tables.items():
        padded = data + b"\0" * (-len(data) % 4)
        checksum = sum(struct.unpack(f">{len(padded) // 4}I", padded)) & 0xFFFFFFFF
        head += struct.pack(">4sIII", tag, checksum, offset + len(body), len(data))
        body += padded
    return head + body
