"""Explains JSON Schema errors in words that people can act on."""

import difflib
import json
from collections.abc import Iterable
from typing import Any

from jsonschema.exceptions import ValidationError, relevance

WORDS = {
    "object": "an object",
    "array": "a list",
    "string": "a text",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
}
COMPARISONS = {
    "minimum": "must be at least {limit}, not {value}",
    "maximum": "must be at most {limit}, not {value}",
    "exclusiveMinimum": "must be more than {limit}, not {value}",
    "exclusiveMaximum": "must be less than {limit}, not {value}",
    "multipleOf": "must be a multiple of {limit}, not {value}",
    "const": "must be {limit}, not {value}",
    "pattern": "must match the pattern {limit}, which {value} does not",
    "minLength": "must have at least {limit} characters",
    "maxLength": "must have at most {limit} characters",
    "minItems": "must have at least {limit} entries, not {count}",
    "maxItems": "must have at most {limit} entries, not {count}",
    "minProperties": "must have at least {limit} entries, not {count}",
    "maxProperties": "must have at most {limit} entries, not {count}",
    "uniqueItems": "must not have the same entry twice",
}


def short(value: object, limit: int = 60) -> str:
    """A value as JSON, cut to ``limit`` characters."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    text = json.dumps(value, ensure_ascii=True, default=repr)
    return text if len(text) <= limit else text[: limit - 3] + "..."


def one_of(values: Iterable[object]) -> str:
    """``a, b or c``."""
    *first, last = [value if isinstance(value, str) else short(value) for value in values] or [""]
    return f"{', '.join(first)} or {last}" if first else last


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """`` Did you mean ...?`` if a known name is similar, otherwise an empty text."""
    close = difflib.get_close_matches(wrong, list(known), n=1)
    return f" Did you mean {close[0]}?" if close else ""


def explain(error: ValidationError) -> str:
    """What is wrong with the value at ``error``: the predicate of a sentence, without full stop."""
    while error.context:  # anyOf, oneOf: explain the branch that fits best
        error = min(error.context, key=relevance)
    keyword, value = str(error.validator), error.instance
    limit: Any = error.validator_value
    if keyword == "type":
        kinds = [limit] if isinstance(limit, str) else list(limit)
        return f"must be {one_of(WORDS.get(kind, kind) for kind in kinds)}, not {short(value)}"
    if keyword == "enum":
        return f"must be one of {', '.join(str(one) for one in limit)}, not {short(value)}"
    if keyword in COMPARISONS:
        if keyword in ("minItems", "minLength", "minProperties") and not value:
            return "must not be empty"
        count = len(value) if hasattr(value, "__len__") else 0
        return COMPARISONS[keyword].format(limit=limit, value=short(value), count=count)
    return f"does not fit the schema ({keyword}: {short(limit)})"


def missing_names(error: ValidationError) -> list[str]:
    """For a ``required`` error: the missing names."""
    required: Any = error.validator_value
    instance: Any = error.instance
    return [name for name in required if name not in instance]


def unknown_names(error: ValidationError) -> tuple[list[str], list[str]]:
    """For an ``additionalProperties`` error: the unknown names, and the known ones."""
    schema: Any = error.schema
    instance: Any = error.instance
    known = sorted(schema.get("properties", {}))
    return sorted(set(instance) - set(known)), known
