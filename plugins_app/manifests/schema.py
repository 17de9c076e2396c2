"""The JSON Schema (2020-12) of manifest.json in its canonical form."""

from typing import Any

from plugins_app.manifests.spellings import INPUT_KINDS
from plugins_app.outputs import NAMES as OUTPUTS

PROMPTS = ("boxes", "points", "text")


def _word(pattern: str, title: str) -> dict[str, Any]:
    """A text that matches the whole pattern (Python's ``$`` alone allows a final newline)."""
    return {"type": "string", "pattern": f"^{pattern}$(?!\\n)", "title": title}


_name = _word("[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", "a name of letters, digits, dot, - and _")
_names = {"type": "array", "items": _name, "uniqueItems": True, "maxItems": 100}
_text = {"type": "string", "maxLength": 4000}
_line = {"type": "string", "minLength": 1, "maxLength": 200}
_variables = {
    "type": "array",
    "items": _word("[A-Za-z_][A-Za-z0-9_]{0,99}", "a variable's name"),
}
_sentence = {"type": "string", "minLength": 1, "maxLength": 500}

PARAMETER_SCHEMA: dict[str, Any] = {
    "type": "object",
    "description": "JSON Schema of a parameter, and how forms show it.",
    "properties": {
        "x-labels": {
            "type": "object",
            "description": "Labels that forms show instead of the values in enum, by value.",
            "additionalProperties": {"type": "string"},
        },
        "x-advanced": {
            "type": "boolean",
            "description": "Whether forms fold it away under More settings. By default, the seventh"
            " and later parameters are, unless they are required.",
        },
    },
}

TOOL_SCHEMA: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "inputs"],
    "properties": {
        "id": _name,
        "title": _line,
        "description": _text,
        "inputs": {
            "type": "array",
            "items": {"enum": list(INPUT_KINDS)},
            "minItems": 1,
            "uniqueItems": True,
        },
        "params": {
            "type": "object",
            "description": "JSON Schema of the parameters: an object with named properties.",
            "required": ["type", "properties"],
            "properties": {
                "type": {"const": "object"},
                "properties": {
                    "type": "object",
                    "propertyNames": _word("[A-Za-z_][A-Za-z0-9_]{0,63}", "a parameter name"),
                    "additionalProperties": PARAMETER_SCHEMA,
                },
            },
        },
        "prompts": {"type": "array", "items": {"enum": list(PROMPTS)}, "uniqueItems": True},
        "output": {"enum": list(OUTPUTS)},
        "aliases": _names,
        "capabilities": _names,
        "timeout_s": {"type": "number", "exclusiveMinimum": 0, "maximum": 86_400},
        "memory_mb": {"type": "integer", "minimum": 64, "maximum": 1_048_576},
        "lane": _word("[a-z0-9_-]{1,32}", "a lane, such as cpu"),
        "deterministic": {"type": "boolean"},
    },
}

MANIFEST_SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "ForgeSyte plugin manifest",
    "type": "object",
    "additionalProperties": False,
    "required": ["id", "name", "version", "tools"],
    "properties": {
        "$schema": {"type": "string"},
        "id": _word("[a-z0-9][a-z0-9_-]{0,63}", "an id of a-z, 0-9, - and _"),
        "name": _line,
        "version": _word("[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}", "a version, such as 1.0.0"),
        "api": {
            "type": "integer",
            "minimum": 1,
            "description": "The version of the contract it was written for: the SDK's API_VERSION.",
        },
        "description": _text,
        "aliases": _names,
        "entrypoint": _word(
            r"[A-Za-z_]\w*(\.[A-Za-z_]\w*)*(:[A-Za-z_]\w*)?",
            "an entry point, such as plugin:Plugin",
        ),
        "requires": {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "env": _variables,
                "optional_env": _variables,
                "files": {"type": "array", "items": {"type": "string", "minLength": 1}},
                "python": {"type": "array", "items": _name},
                "hints": {"type": "array", "items": _sentence, "maxItems": 10},
            },
        },
        "tools": {"type": "array", "minItems": 1, "maxItems": 100, "items": TOOL_SCHEMA},
        "internal": {"type": "boolean"},
    },
}
