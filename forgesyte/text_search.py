"""Substring search that ignores case in any script, on every database."""

import re
import unicodedata

from django.db import connection
from django.db.models import Q


def containing(field: str, text: str) -> Q:
    """Condition for rows whose field contains the text, ignoring case.

    File names are stored in Unicode's composed form (UAX #15), prompts as they were sent, so both
    the composed and the decomposed form of the text are searched for.
    """
    composed, apart = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    found = _containing(field, composed)
    return found if apart == composed else found | _containing(field, apart)


def _containing(field: str, text: str) -> Q:
    """SQLite's LIKE ignores case only for A to Z. Texts with other cased letters are searched for
    by a regular expression, which is slower because Django runs it in Python."""
    beyond_ascii = "".join(letter for letter in text if not letter.isascii())
    cased = beyond_ascii.lower() != beyond_ascii.upper()
    if cased and connection.vendor == "sqlite":
        return Q(**{f"{field}__iregex": re.escape(text)})
    return Q(**{f"{field}__icontains": text})
