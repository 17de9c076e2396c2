"""Checks a tool's parameters against its JSON Schema and fills in the defaults."""

import copy
import json
import re
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError
from referencing import Registry

from plugins_app.jsonvalues import find_flaw, json_pointer
from plugins_app.manifests.explain import did_you_mean, explain, missing_names, short, unknown_names
from plugins_app.manifests.manifest import Tool

INTEGER = re.compile(r"[+-]?\d{1,19}")
NUMBER = re.compile(r"[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?")
BOOLEANS = {"true": True, "on": True, "yes": True, "1": True}
BOOLEANS |= {"false": False, "off": False, "no": False, "0": False}


class InvalidParams(ValueError):
    """Invalid parameters. ``errors`` has JSON pointers (RFC 6901), each with a sentence."""

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__(" ".join(sentence for _pointer, sentence in errors))
        self.errors = errors


def normalise(tool: Tool, given: dict[str, Any]) -> dict[str, Any]:
    """Check parameters and fill in the defaults, so that equal meanings become equal values.

    Whole floats become ints if the schema asks for an integer, and ints become floats if it asks
    for a number. ``given`` is not changed. Raises InvalidParams.
    """
    if not isinstance(given, dict):
        raise InvalidParams([("", f"The parameters must be an object, not {short(given)}.")])
    if flaw := find_flaw(given):
        name = _name(flaw.path) or "A parameter"
        raise InvalidParams([(json_pointer(flaw.path), f"{name} {flaw.why}.")])
    params = _filled(tool.params, copy.deepcopy(given))
    checker = Draft202012Validator(tool.params, registry=Registry())
    errors = [pair for error in checker.iter_errors(params) for pair in _sentences(error)]
    if errors:
        raise InvalidParams(sorted(set(errors)))
    return params


def coerce_form(tool: Tool, raw: dict[str, str]) -> dict[str, Any]:
    """Convert texts from an HTML form or query string to typed values, by the tool's schema.

    An empty text means "not given", unless the parameter is a text. Lists and objects are JSON;
    lists may also be written ``a, b, c``. Unknown names are kept, so that ``normalise`` reports
    them. Raises InvalidParams for values that can't be read.
    """
    values: dict[str, Any] = {}
    errors: list[tuple[str, str]] = []
    properties = tool.params.get("properties", {})
    for name, text in raw.items():
        rule = properties.get(name)
        if rule is None:
            values[name] = text
            continue
        kinds = _kinds(rule)
        if not text.strip() and ("string" not in kinds or "enum" in rule):
            continue
        try:
            values[name] = _typed(text, kinds, rule)
        except ValueError as error:
            errors.append((json_pointer((name,)), f"{name} {error}, not {short(text)}."))
    if errors:
        raise InvalidParams(errors)
    return values


def _filled(schema: dict[str, Any], value: Any) -> Any:
    """The value with defaults filled in and numbers converted to the schema's type."""
    kinds = _kinds(schema)
    if isinstance(value, dict) and isinstance(schema.get("properties"), dict):
        for name, rule in schema["properties"].items():
            if name not in value and "default" in rule:
                value[name] = copy.deepcopy(rule["default"])
            if name in value:
                value[name] = _filled(rule, value[name])
    elif isinstance(value, list) and isinstance(schema.get("items"), dict):
        value = [_filled(schema["items"], inner) for inner in value]
    elif isinstance(value, float) and "number" not in kinds and "integer" in kinds:
        return int(value) if value.is_integer() else value
    elif isinstance(value, int) and not isinstance(value, bool):
        return float(value) if "number" in kinds and "integer" not in kinds else value
    return value


def _kinds(rule: dict[str, Any]) -> list[str]:
    """The types that a rule allows, including those of its ``anyOf`` branches."""
    kinds = rule.get("type", [])
    found = [kinds] if isinstance(kinds, str) else list(kinds)
    for branch in rule.get("anyOf", []):
        found += _kinds(branch) if isinstance(branch, dict) else []
    return found


def _sentences(error: ValidationError) -> list[tuple[str, str]]:
    path = tuple(error.absolute_path)
    if error.validator == "required":
        return [
            (json_pointer((*path, name)), f"{_name((*path, name))} is missing.")
            for name in missing_names(error)
        ]
    if error.validator == "additionalProperties" and isinstance(error.schema, dict):
        unknown, known = unknown_names(error)
        return [(json_pointer((*path, name)), _unknown(name, known)) for name in unknown]
    return [(json_pointer(path), f"{_name(path) or 'The parameters'} {explain(error)}.")]


def _unknown(name: str, known: list[str]) -> str:
    if not known:
        return f"There is no parameter {name}: the tool takes none."
    hint = did_you_mean(name, known) or f" Known parameters: {', '.join(known)}."
    return f"There is no parameter {name}.{hint}"


def _name(path: tuple[str | int, ...]) -> str:
    """``boxes[0].x`` for ``("boxes", 0, "x")``."""
    text = "".join(f"[{p}]" if isinstance(p, int) else f".{p}" for p in path)
    return text.removeprefix(".")[:200]


def _typed(text: str, kinds: list[str], rule: dict[str, Any]) -> Any:
    """Convert a text to the first of these types that fits.

    Raises ValueError with the predicate of a sentence.
    """
    word = text.strip()
    if "integer" in kinds and INTEGER.fullmatch(word):
        return int(word)
    if "number" in kinds and NUMBER.fullmatch(word):
        return float(word)
    if "boolean" in kinds and word.lower() in BOOLEANS:
        return BOOLEANS[word.lower()]
    if "null" in kinds and word == "null":
        return None
    if "array" in kinds or "object" in kinds:
        return _structure(word, kinds, rule)
    if "string" in kinds or not kinds:
        return text
    raise ValueError(f"must be {_wanted(kinds)}")


def _structure(word: str, kinds: list[str], rule: dict[str, Any]) -> Any:
    try:
        value = json.loads(word)
    except (ValueError, RecursionError):
        value = None
    if isinstance(value, dict if "array" not in kinds else (list, dict)):
        return value
    if "array" in kinds and not word.startswith(("[", "{")):
        items = rule.get("items", {})
        inner = _kinds(items) or ["string"]
        return [_typed(part.strip(), inner, items) for part in word.split(",") if part.strip()]
    raise ValueError(f"must be {_wanted(kinds)} written as JSON")


def _wanted(kinds: list[str]) -> str:
    words = {
        "integer": "a whole number",
        "number": "a number",
        "boolean": "true or false",
        "array": "a list",
        "object": "an object",
    }
    return next((words[kind] for kind in kinds if kind in words), "a value of the right type")
