"""Searching for a part of a text, in any case and any script, on every database."""

import re
import unicodedata

from django.db import connection
from django.db.models import Q


def containing(field: str, text: str) -> Q:
    """The rows whose field contains the text, whatever the case of its letters.

    File names are kept in Unicode's composed form (UAX #15), prompts as they came, so both forms
    of the text are looked for.
    """
    composed, apart = unicodedata.normalize("NFC", text), unicodedata.normalize("NFD", text)
    found = _containing(field, composed)
    return found if apart == composed else found | _containing(field, apart)


def _containing(field: str, text: str) -> Q:
    """SQLite's LIKE knows the case of A to Z alone; for other letters that have a case it is asked
    by a regular expression, which Django runs in Python and which is slower."""
    beyond_ascii = "".join(letter for letter in text if not letter.isascii())
    cased = beyond_ascii.lower() != beyond_ascii.upper()
    if cased and connection.vendor == "sqlite":
        return Q(**{f"{field}__iregex": re.escape(text)})
    return Q(**{f"{field}__icontains": text})
