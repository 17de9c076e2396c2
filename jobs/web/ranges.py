"""The ``Range`` header: one range of bytes (RFC 9110, section 14)."""

import re

RANGE = re.compile(r"bytes\s*=\s*(\d{0,18})\s*-\s*(\d{0,18})\s*", re.IGNORECASE)


class NotSatisfiable(ValueError):
    """The range is entirely outside the file."""


def parse(header: str, size: int) -> tuple[int, int] | None:
    """``(start, end)`` with ``end`` exclusive, or None to send the whole file.

    A malformed header or several ranges count as no range, which the RFC allows. Raises
    NotSatisfiable.
    """
    found = RANGE.fullmatch(header.strip())
    if not found or not (found[1] or found[2]):
        return None
    if not found[1]:
        last = int(found[2])
        if not last or not size:
            raise NotSatisfiable
        return max(size - last, 0), size
    start = int(found[1])
    end = int(found[2]) + 1 if found[2] else size
    if end <= start and found[2]:
        return None
    if start >= size:
        raise NotSatisfiable
    return start, min(end, size)
