"""Checks the JSON Schema of a tool's parameters, which must not refer to anything outside."""

from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

from jsonschema import Draft202012Validator
from jsonschema.exceptions import SchemaError
from referencing import Registry

from plugins_app.manifests.explain import explain
from plugins_app.manifests.spellings import INPUT_KINDS

HOST_ARGUMENTS = (*INPUT_KINDS, "options", "progress_callback")
"""Names of arguments that the host fills in. Parameters can't have these names."""


def params_fault(schema: dict[str, Any]) -> str:
    """The first mistake in a parameter schema, as ``.path: sentence.``, or an empty text.

    It must be valid JSON Schema, refer to nothing outside itself, and have valid defaults.
    """
    try:
        Draft202012Validator.check_schema(schema)
    except SchemaError as error:
        inner = error.json_path.removeprefix("$")
        return f"{inner}: is not valid JSON Schema: {error.message}."
    for reference in _references(schema):
        if not _resolves(reference, schema):
            return f": the reference {reference!r} points to nothing in this schema."
    faults = (_rule_fault(name, rule, schema) for name, rule in schema["properties"].items())
    return next(filter(None, faults), "")


def _rule_fault(name: str, rule: dict[str, Any], schema: dict[str, Any]) -> str:
    here = f".properties.{name}"
    if name in HOST_ARGUMENTS:
        return f"{here}: this name is reserved for the host. Use another one."
    if "default" in rule:
        scope = {word: schema.get(word, {}) for word in ("$defs", "definitions")}
        checker = Draft202012Validator({**scope, "allOf": [rule]}, registry=Registry())
        if (error := next(checker.iter_errors(rule["default"]), None)) is not None:
            return f"{here}.default: {explain(error)}."
    return ""


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(schema.get("$ref"), str):
            yield schema["$ref"]
        schema = list(schema.values())
    if isinstance(schema, list):
        for inner in schema:
            yield from _references(inner)


def _resolves(reference: str, schema: Any) -> bool:
    """Whether a reference points into the schema itself. Nothing is fetched from elsewhere."""
    if not reference.startswith("#"):
        return False
    for word in reference.removeprefix("#").split("/")[1:]:
        key = unquote(word).replace("~1", "/").replace("~0", "~")
        if not isinstance(schema, dict) or key not in schema:
            return False
        schema = schema[key]
    return True
