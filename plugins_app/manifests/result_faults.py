"""Finds where a result differs from the shape that its tool declares, and says so in sentences.

``manage.py plugins schema KIND`` prints the schema of a kind; ``plugins check`` validates results
against it.
"""

from collections.abc import Iterator
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, relevance

from plugins_app.manifests.explain import explain, missing_names
from plugins_app.outputs import KINDS, kind_named
from plugins_app.outputs.frames import VIDEO
from plugins_app.outputs.schemas import Schema

FIRST, FIRST_INSIDE = 50, 10
"""How many entries of a list ``first_fault`` checks, and how many of a list within a list."""


def published_schemas() -> dict[str, Schema]:
    """The schema of each kind that has one, with its title."""
    head = {"$schema": "https://json-schema.org/draft/2020-12/schema"}
    return {
        name: {
            **head,
            "title": f"ForgeSyte result: {name}",
            **kind.schema,
            "examples": [kind.example],
        }
        for name, kind in KINDS.items()
        if kind.schema
    }


def shape_faults(kind: str, result: Any, most: int = 3) -> list[str]:
    """Where a result differs from the shape of its kind: ``$.lines[0].score must be ...``.

    Detections in a video have the shape of tracks. Anything is valid for ``json``.
    """
    errors = sorted(_errors(kind, result), key=relevance)
    return [_sentence(error) for error in errors[::-1][:most]]


def first_fault(kind: str, result: Any) -> str:
    """What ``shape_faults`` reports first, or an empty text.

    Only the first entries of each list are checked, which takes about 50 ms at most.
    """
    error = next(_errors(kind, _beginning(result, FIRST)), None)
    return _sentence(error) if error else ""


def _errors(kind: str, result: Any) -> Iterator[ValidationError]:
    declared = kind_named(kind)
    of_video = declared.in_frames and isinstance(result, dict) and "frames" in result
    schema = VIDEO if of_video else declared.schema
    return Draft202012Validator(schema).iter_errors(result)


def _beginning(value: Any, most: int, depth: int = 6) -> Any:
    """A value with only the first entries of its lists, and fewer of lists within lists."""
    if isinstance(value, dict) and depth:
        return {name: _beginning(inner, most, depth - 1) for name, inner in value.items()}
    if isinstance(value, list) and depth:
        return [_beginning(inner, FIRST_INSIDE, depth - 1) for inner in value[:most]]
    return value


def _sentence(error: ValidationError) -> str:
    if error.validator == "required":
        return f"{error.json_path} lacks {', '.join(missing_names(error))}."
    return f"{error.json_path} {explain(error)}."
