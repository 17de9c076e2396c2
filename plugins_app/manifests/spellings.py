"""Converts the spellings of manifests that are in use to the canonical one.

Only what is recognised is changed. Everything else is left for the schema to report.
"""

from typing import Any

from plugins_app.outputs import KINDS

INPUT_KINDS = ("image_bytes", "image_base64", "image_path", "video_path")
INPUT_WORDS = {kind: kind for kind in INPUT_KINDS} | {
    "image": "image_bytes",
    "frame_base64": "image_base64",
    "video": "video_path",
}
HOST_WORDS = ("options", "progress_callback", "output_path")
"""Inputs that older manifests list, although the host provides them."""

TYPE_WORDS = {
    "str": "string",
    "text": "string",
    "int": "integer",
    "float": "number",
    "double": "number",
    "bool": "boolean",
    "list": "array",
    "dict": "object",
}
JSON_TYPES = ("string", "integer", "number", "boolean", "array", "object", "null")
OUTPUT_WORDS = {
    word: kind.name
    for kind in sorted(KINDS.values(), key=lambda one: one.common_word)
    for word in (kind.name, *kind.manifest_words)
    if kind.schema
}
"""Result members by which older manifests indicate the kind. The first one found decides."""
TOOL_DEFAULTS: dict[str, Any] = {
    "description": "",
    "prompts": [],
    "output": "json",
    "aliases": [],
    "capabilities": [],
    "timeout_s": 300,
    "memory_mb": 2048,
    "lane": "cpu",
    "deterministic": True,
}
VIDEO_TIMEOUT_S = 3600
"""The default time limit in seconds of tools that only take videos."""

DROPPED = ("author", "authors", "license", "type", "homepage", "url", "tags", "capabilities")
"""Keys of older manifests that have no effect here."""


def canonical_spelling(data: object) -> Any:
    """Convert a manifest as its author wrote it to the canonical spelling, without checking it."""
    if not isinstance(data, dict):
        return data
    manifest = {key: value for key, value in data.items() if key not in DROPPED}
    manifest.setdefault("description", "")
    manifest.setdefault("aliases", [])
    _rename(manifest, {"entry_point": "entrypoint"})
    manifest.setdefault("entrypoint", "plugin:Plugin")
    requires = manifest.get("requires", {})
    manifest["requires"] = {"python": requires} if isinstance(requires, list) else requires
    tools = manifest.get("tools")
    if isinstance(tools, dict):
        tools = [{"id": key, **tool} if isinstance(tool, dict) else tool
                 for key, tool in tools.items()]  # fmt: skip
    if isinstance(tools, list):
        words = data.get("capabilities")
        manifest["tools"] = [
            _tool(tool, words if isinstance(words, list) else []) for tool in tools
        ]
    return manifest


def _tool(data: object, plugin_words: list[Any]) -> Any:
    if not isinstance(data, dict):
        return data
    tool = dict(data)
    _rename(tool, {"timeout": "timeout_s"})
    if "id" not in tool and "name" in tool:
        tool["id"] = tool.pop("name")
    tool_id = tool.get("id")
    if isinstance(tool_id, str) and tool_id:
        tool.setdefault("title", title(tool_id))
        if tool_id in plugin_words:
            tool.setdefault("capabilities", [tool_id])
    _inputs_and_params(tool)
    _output(tool)
    if tool["inputs"] == ["video_path"]:
        tool.setdefault("timeout_s", VIDEO_TIMEOUT_S)
    return TOOL_DEFAULTS | tool


def title(name: str) -> str:
    """``min_score`` -> ``Min score``."""
    words = name.replace("_", " ").replace("-", " ").strip() or name
    return words[:1].upper() + words[1:]


def _rename(data: dict[str, Any], names: dict[str, str]) -> None:
    for old, new in names.items():
        if old in data and new not in data:
            data[new] = data.pop(old)


def _inputs_and_params(tool: dict[str, Any]) -> None:
    """``inputs``, ``input_types``, ``params``, ``parameters``, ``input_schema``."""
    _rename(tool, {"parameters": "params", "input_schema": "params"})
    properties, schema = _schema(tool.get("params", {}))
    kinds: list[Any] = []
    for given in (tool.pop("input_types", []), tool.get("inputs", [])):
        if isinstance(given, dict):
            properties = {name: _rule(rule) for name, rule in given.items()} | properties
        elif isinstance(given, list):
            kinds += [INPUT_WORDS.get(word, word) if isinstance(word, str) else word
                      for word in given]  # fmt: skip
        else:
            kinds.append(given)
    kinds += [INPUT_WORDS[name] for name in properties if name in INPUT_WORDS]
    tool["inputs"] = [kind for index, kind in enumerate(kinds) if kind not in kinds[:index]]
    if schema is None:
        return  # not a schema at all: the check will report it
    media = (*INPUT_WORDS, *HOST_WORDS)
    properties, free = _opened(properties)
    kept = {name: rule for name, rule in properties.items() if name not in media}
    for name, rule in kept.items():
        if isinstance(rule, dict) and isinstance(name, str):
            kept[name] = {"title": title(name)} | rule
    schema |= {"type": "object", "properties": kept}
    required = schema.get("required")
    if isinstance(required, list):
        schema["required"] = [name for name in required if name not in media]
    schema.setdefault("additionalProperties", free)
    tool["params"] = schema


def _opened(properties: dict[str, Any]) -> tuple[dict[str, Any], bool]:
    """Properties including those inside ``options``, and whether ``options`` takes any name."""
    options = properties.get("options")
    if not isinstance(options, dict):
        return properties, False
    inside = options.get("properties")
    if not isinstance(inside, dict):
        return properties, True
    return {name: _rule(rule) for name, rule in inside.items()} | properties, False


def _schema(given: Any) -> tuple[dict[str, Any], dict[str, Any] | None]:
    """The properties under ``params``, and the schema around them."""
    if not isinstance(given, dict):
        return {}, None
    is_schema = given.get("type") == "object" or isinstance(given.get("properties"), dict)
    properties = given.get("properties", {}) if is_schema else given
    if not isinstance(properties, dict):
        return {}, None
    around = {key: value for key, value in given.items() if key != "title"} if is_schema else {}
    return {name: _rule(rule) for name, rule in properties.items()}, around


def _rule(rule: Any) -> Any:
    """Convert ``"string"``, ``"int"`` or ``"string?"`` (optional) to a JSON Schema.

    The words that older schemas use for types and limits are converted too.
    """
    if isinstance(rule, dict):
        rule = dict(rule)
        _rename(rule, {"min": "minimum", "max": "maximum"})
        if isinstance(word := rule.get("type"), str):
            rule["type"] = TYPE_WORDS.get(word, word)
        return rule
    if isinstance(rule, str):
        word = rule.rstrip("?")
        word = TYPE_WORDS.get(word, word)
        return (
            {"type": [word, "null"] if rule.endswith("?") else word} if word in JSON_TYPES else {}
        )
    return rule


def _output(tool: dict[str, Any]) -> None:
    """``output``, ``outputs``, ``output_types``, ``output_schema``."""
    schema = tool.pop("output_schema", None)
    words: list[Any] = []
    for given in (tool.pop("output_types", []), tool.pop("outputs", [])):
        words += list(given) if isinstance(given, (list, dict)) else [given]
    if isinstance(schema, dict):
        inside = schema.get("properties")
        words += list(inside if isinstance(inside, dict) else schema)
    found = [OUTPUT_WORDS[word] for word in OUTPUT_WORDS if word in words]
    tool.setdefault("output", found[0] if found else "json")
