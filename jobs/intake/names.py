"""Makes uploaded file names safe to store and show."""

import unicodedata

MAX_LENGTH = 255
REORDERING = {*map(chr, range(0x202A, 0x202F)), *map(chr, range(0x2066, 0x206A))}
"""Controls that show ``gpj.exe`` as ``exe.jpg``; right-to-left scripts don't need them.
https://www.unicode.org/reports/tr36/#Bidirectional_Text_Spoofing"""
UNWANTED = ("Cc", "Cs", "Co", "Cn")


def clean(name: str | None) -> str:
    """The last part of a path, without control and reordering characters, at most 255 long.

    All scripts are kept, and so is the extension if the name is cut. An empty name becomes
    ``unnamed``.
    """
    text = (name or "").encode("utf-8", "replace").decode("utf-8")
    text = text.replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(c for c in text if c not in REORDERING)
    text = "".join(c for c in text if unicodedata.category(c) not in UNWANTED)
    text = unicodedata.normalize("NFC", text).strip().strip(".") or "unnamed"
    if len(text) > MAX_LENGTH:
        stem, dot, extension = text.rpartition(".")
        tail = f".{extension}" if dot and len(extension) <= 10 else ""
        text = (stem if tail else text)[: MAX_LENGTH - len(tail)] + tail
    return text
