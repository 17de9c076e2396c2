"""File names for an archive: in any script, safe to unpack on every system, and unique."""

import re
import unicodedata

MAX_BYTES = 200
"""File systems allow 255 bytes, and an extension and a number still have to fit."""
FORBIDDEN = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*]')
DEVICES = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\.|$)", re.IGNORECASE)
"""Names that Windows reserves."""


def safe(name: str) -> str:
    """The name, with characters that some systems don't allow replaced by ``_``."""
    text = unicodedata.normalize("NFC", FORBIDDEN.sub("_", name))
    text = text.encode("utf-8", "replace").decode().strip().strip(".")
    if DEVICES.match(text):
        text = f"_{text}"
    return text or "unnamed"


def split(name: str) -> tuple[str, str]:
    """``("cat.v2", ".png")`` for ``cat.v2.png``. An extension is short and follows a name."""
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem or len(extension) > 10:
        return name, ""
    return stem, f".{extension}"


class Names:
    """Hands out unique names by adding numbers: ``cat.png``, ``cat-2.png``."""

    def __init__(self, *reserved: str) -> None:
        self._taken = {_key(name) for name in reserved}
        self._next: dict[str, int] = {}

    def take(self, wanted: str) -> str:
        """A unique name. The same sequence of calls gives the same names."""
        stem, extension = split(safe(wanted))
        stem = _cut(stem, MAX_BYTES - len(extension.encode()))
        name = stem + extension
        number = self._next.get(_key(name), 1)
        first = _key(name)
        while _key(name) in self._taken:
            number += 1
            name = f"{stem}-{number}{extension}"
        self._next[first] = number
        self._taken.add(_key(name))
        return name


def _key(name: str) -> str:
    """A key that is equal for names that some systems consider the same."""
    return unicodedata.normalize("NFKC", name).casefold()


def _cut(text: str, most: int) -> str:
    return text.encode()[:most].decode("utf-8", "ignore").strip() or "unnamed"
