"""File names as people gave them, made safe to keep and to show."""

import unicodedata

MAX_LENGTH = 255


def clean(name: str | None) -> str:
    """The last part of a file name, without control characters, at most 255 characters.

    Any script is kept; the extension survives a cut. An empty name becomes ``unnamed``.
    """
    text = (name or "").encode("utf-8", "replace").decode("utf-8")
    text = text.replace("\\", "/").rsplit("/", 1)[-1]
    text = "".join(c for c in text if unicodedata.category(c) not in ("Cc", "Cs", "Co", "Cn"))
    text = unicodedata.normalize("NFC", text).strip().strip(".") or "unnamed"
    if len(text) > MAX_LENGTH:
        stem, dot, extension = text.rpartition(".")
        tail = f".{extension}" if dot and len(extension) <= 10 else ""
        text = (stem if tail else text)[: MAX_LENGTH - len(tail)] + tail
    return text
