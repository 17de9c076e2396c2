"""Converts what a tool returned to JSON, or to an error message that its author understands."""

import json
from typing import Any

from plugins_app.jsonvalues import find_flaw, json_path
from plugins_app.sdk import ToolError

ERROR_KEYS = {"error", "message", "detail", "details", "plugin", "tool", "success", "status"}


def to_json(result: Any, place: tuple[str | int, ...] = (), *, spaced: bool = False) -> bytes:
    """Encode a tool's result, or the part of it at ``place``, as UTF-8 JSON.

    ``spaced`` adds spaces for readability. Pydantic models, objects with ``model_dump`` and numpy
    values are converted to plain ones. Raises ToolError for NaN, infinite numbers, half surrogate
    pairs and anything else that JSON doesn't have.
    """
    signs = (", ", ": ") if spaced else (",", ":")
    try:
        text = json.dumps(
            result, allow_nan=False, ensure_ascii=False, default=_plain, separators=signs
        )
        return text.encode()
    except (TypeError, ValueError, RecursionError) as error:
        raise ToolError(_complaint(result, error, place)) from error


def reported_error(result: Any) -> str:
    """The error message of a result that is otherwise empty, or an empty text."""
    if not isinstance(result, dict) or not result.get("error"):
        return ""
    if not all(_is_empty(value) for key, value in result.items() if key not in ERROR_KEYS):
        return ""
    error = result["error"]
    words = [error.get("message") or error.get("detail") if isinstance(error, dict) else error]
    words += [result[key] for key in ("message", "detail") if result.get(key)]
    texts = [word if isinstance(word, str) else repr(word) for word in words if word]
    return ": ".join(dict.fromkeys(texts))


def _is_empty(value: Any) -> bool:
    return value is None or (isinstance(value, str | int | float | list | dict) and not value)


def _plain(value: Any) -> Any:
    if hasattr(value, "model_dump"):
        return value.model_dump(mode="json")
    if hasattr(value, "tolist"):  # numpy arrays and numbers
        return value.tolist()
    raise TypeError(f"Object of type {type(value).__name__} is not JSON serializable")


def _complaint(result: Any, error: Exception, place: tuple[str | int, ...]) -> str:
    try:
        plain = json.loads(json.dumps(result, default=_plain))
        flaw = find_flaw(plain)
    except (TypeError, ValueError, RecursionError):
        flaw = find_flaw(result)
    where = f"{json_path((*place, *flaw.path))} {flaw.why}" if flaw else str(error)
    return f"The tool's result can't be written as JSON: {where}."
