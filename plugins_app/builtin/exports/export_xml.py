"""Writes XML piece by piece and escapes all content."""

import contextlib
import re
from collections.abc import Callable, Iterator
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from archive import HashedFile

NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that are not allowed in XML documents (XML 1.0, section 2.2)."""
RETURN = {"\r": "&#13;"}
"""A bare carriage return would be read as the end of a line."""


class Xml:
    """An XML document that is written to a file as it is produced."""

    def __init__(self, file: HashedFile) -> None:
        self._file = file
        self._depth = 0

    @contextlib.contextmanager
    def document(self, root: str, head: Callable[[], None]) -> Iterator[None]:
        """Write the declaration, the root and what ``head`` writes. The block writes the rest."""
        self._file.text('<?xml version="1.0" encoding="utf-8"?>\n')
        with self.element(root):
            head()
            yield

    @contextlib.contextmanager
    def element(self, name: str, attributes: dict[str, Any] | None = None) -> Iterator[None]:
        """Write an element. The block writes its content."""
        self._line(f"<{name}{_attributes(attributes)}>")
        self._depth += 1
        yield
        self._depth -= 1
        self._line(f"</{name}>")

    def leaf(self, name: str, text: str, attributes: dict[str, Any] | None = None) -> None:
        """Write an element that only contains a text."""
        self._line(f"<{name}{_attributes(attributes)}>{escaped(text)}</{name}>")

    def _line(self, text: str) -> None:
        self._file.text("  " * self._depth + text + "\n")


def escaped(text: str) -> str:
    """A text escaped for the content of an element."""
    return escape(NOT_XML.sub("\ufffd", text), RETURN)


def quoted(text: str) -> str:
    """A text escaped and quoted for an attribute's value."""
    return quoteattr(NOT_XML.sub("\ufffd", text))


def _attributes(attributes: dict[str, Any] | None) -> str:
    return "".join(f" {name}={quoted(str(value))}" for name, value in (attributes or {}).items())
