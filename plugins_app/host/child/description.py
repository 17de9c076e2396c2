"""Gets the self-description of a plugin without a manifest, once its object has been created."""

import inspect
import json
from typing import Any

TYPES = {"str": "string", "int": "integer", "float": "number", "bool": "boolean"}
NOT_PARAMETERS = ("self", "args", "kwargs")


def self_description(plugin: Any) -> dict[str, Any]:
    """Name, version, description and tools of a plugin's object, as JSON.

    Tools come from the attribute ``tools`` (a dict of metadata, or of callables whose signatures
    are used), or else from ``metadata()`` if the plugin only has ``analyze``.
    """
    tools = getattr(plugin, "tools", None)
    found = {
        "name": getattr(plugin, "name", None),
        "version": getattr(plugin, "version", None),
        "description": getattr(plugin, "description", None),
    }
    if isinstance(tools, dict):
        found["tools"] = {str(name): _tool(meta) for name, meta in tools.items()}
    elif callable(getattr(plugin, "analyze", None)):
        metadata = _fields(plugin.metadata()) if callable(getattr(plugin, "metadata", None)) else {}
        found |= {key: metadata[key] for key in found if metadata.get(key)}
        found["tools"] = {"analyze": _analysis(metadata)}
    plain: dict[str, Any] = json.loads(json.dumps(found, default=str))
    return plain


def _fields(metadata: Any) -> dict[str, Any]:
    if hasattr(metadata, "model_dump"):
        metadata = metadata.model_dump()
    return metadata if isinstance(metadata, dict) else {}


def _analysis(metadata: dict[str, Any]) -> dict[str, Any]:
    schema = metadata.get("config_schema")
    return {
        "description": str(metadata.get("description") or ""),
        "inputs": {"image_bytes": "string", **(schema if isinstance(schema, dict) else {})},
        "outputs": metadata.get("outputs") or [],
    }


def _tool(meta: Any) -> dict[str, Any]:
    handler = meta if callable(meta) else meta.get("handler") if isinstance(meta, dict) else None
    tool = {} if not isinstance(meta, dict) else {k: v for k, v in meta.items() if k != "handler"}
    for key in ("input_schema", "output_schema"):
        if hasattr(tool.get(key), "model_json_schema"):  # the pydantic class itself
            tool[key] = tool[key].model_json_schema()
    if callable(handler):
        tool.setdefault("description", (inspect.getdoc(handler) or "").partition("\n")[0])
        if not tool.keys() & {"input_schema", "inputs", "input_types"}:
            tool["input_schema"] = _signature(handler)
    return tool


def _signature(handler: Any) -> dict[str, Any]:
    """A JSON Schema from the parameters of a function."""
    try:
        parameters = inspect.signature(handler).parameters
    except (TypeError, ValueError):
        return {}
    rules: dict[str, Any] = {}
    required = []
    for name, parameter in parameters.items():
        if name in NOT_PARAMETERS or parameter.kind in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        ):
            continue
        rules[name] = {}
        word = getattr(parameter.annotation, "__name__", parameter.annotation)
        if isinstance(word, str) and word in TYPES:
            rules[name]["type"] = TYPES[word]
        if parameter.default is parameter.empty:
            required.append(name)
        elif isinstance(parameter.default, str | int | float | bool):
            rules[name]["default"] = parameter.default
    return {"type": "object", "properties": rules, "required": required}
