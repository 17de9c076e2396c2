"""Reads the list of frames in a large result one frame at a time, to limit memory use."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any

CHUNK = 64 * 1024
FRAMES, INNER = "frames", "result"
BLANKS = " \t\r\n"
ENDS = tuple(",:]}" + BLANKS)
"""What may follow a value. A number that was cut off is followed by other characters."""


class NotFrames(ValueError):
    """The document is not a JSON object with a list of frames."""


def frames_in(path: Path) -> Iterator[Any]:
    """Yield the elements of ``frames`` in a result's file, in order.

    ``frames`` may be inside ``result``, as in older plugins. Raises NotFrames.
    """
    with path.open(encoding="utf-8") as file:
        reader = _Reader(file)
        try:
            if reader.find(FRAMES) == "[":
                yield from reader.elements()
                return
        except (json.JSONDecodeError, UnicodeDecodeError, RecursionError) as error:
            raise NotFrames(f"The result can't be read: {error}.") from error
    raise NotFrames("The result has no frames.")


class _Reader:
    """A position in a JSON text, of which more is read as needed."""

    def __init__(self, file: IO[str]) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._ended = False
        self._decoder = json.JSONDecoder()

    def find(self, wanted: str) -> str:
        """Move to the value of a member. Returns its first character, or "" if there is none."""
        self._take("{")
        while self._peek() == '"':
            name = self._value()
            self._take(":")
            if name == wanted or (name == INNER and self._peek() == "{"):
                return self._peek() if name == wanted else self.find(wanted)
            self._value()
            if self._peek() == ",":
                self._at += 1
        return ""

    def elements(self) -> Iterator[Any]:
        """Yield the elements of the array that starts here."""
        self._take("[")
        while self._peek() != "]":
            yield self._value()
            if self._peek() == ",":
                self._at += 1

    def _peek(self) -> str:
        """The next non-blank character, or "" at the end."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in BLANKS:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return ""

    def _take(self, character: str) -> None:
        if self._peek() != character:
            raise json.JSONDecodeError(f"expected {character!r}", self._text, self._at)
        self._at += 1

    def _value(self) -> Any:
        """The value that starts here. If it reaches the end of the text, more is read first."""
        self._peek()
        while True:
            try:
                value, end = self._decoder.raw_decode(self._text, self._at)
            except json.JSONDecodeError:
                if not self._more():
                    raise
                continue
            if self._text[end : end + 1] in ENDS or not self._more():
                self._at = end
                return value

    def _more(self) -> bool:
        """Read more and discard what was passed: twice as much as is kept, for large values."""
        if self._ended:
            return False
        rest = self._text[self._at :]
        piece = self._file.read(max(CHUNK, 2 * len(rest)))
        self._ended = not piece
        self._text, self._at = rest + piece, 0
        return bool(piece)
