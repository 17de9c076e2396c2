"""A plugin's manifest: its name, its tools, and what each takes and returns.

``parse_manifest`` accepts every spelling in use and returns the canonical form, which
``MANIFEST_SCHEMA`` (JSON Schema 2020-12) describes. Nothing here imports plugin code.
"""

from dataclasses import dataclass, field
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError, relevance

from plugins_app.jsonvalues import find_flaw, json_path
from plugins_app.manifests.explain import did_you_mean, explain, missing_names, short, unknown_names
from plugins_app.manifests.params_schema import params_fault
from plugins_app.manifests.schema import MANIFEST_SCHEMA
from plugins_app.manifests.spellings import canonical_spelling
from plugins_app.sdk import API_VERSION

_validator = Draft202012Validator(MANIFEST_SCHEMA)


__all__ = [
    "MANIFEST_SCHEMA",
    "Manifest",
    "ManifestError",
    "Tool",
    "UnknownTool",
    "newer_contract",
    "parse_manifest",
]


class ManifestError(ValueError):
    """A manifest can't be used. The message starts with the JSON path of the mistake."""


class UnknownTool(LookupError):
    """The plugin has no such tool. The message lists the tools it has."""


@dataclass(frozen=True)
class Tool:
    """One tool. ``params`` is a JSON Schema, ``timeout_s`` is in seconds, ``memory_mb`` in MiB."""

    id: str
    title: str
    description: str
    inputs: tuple[str, ...]
    params: dict[str, Any]
    prompts: tuple[str, ...] = ()
    output: str = "json"
    aliases: tuple[str, ...] = ()
    capabilities: tuple[str, ...] = ()
    timeout_s: float = 300
    memory_mb: int = 2048
    lane: str = "cpu"
    deterministic: bool = True

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of media that it accepts: ``image``, ``video`` or both."""
        return frozenset(kind.partition("_")[0] for kind in self.inputs)

    def canonical(self) -> dict[str, Any]:
        """The tool as it appears in a canonical manifest."""
        return {name: _plain(getattr(self, name)) for name in self.__dataclass_fields__}


@dataclass(frozen=True)
class Manifest:
    """A plugin's manifest in its canonical form.

    ``api`` is the version of the contract that it was written for, or 0 if it doesn't say.
    """

    id: str
    name: str
    version: str
    tools: tuple[Tool, ...]
    description: str = ""
    aliases: tuple[str, ...] = ()
    entrypoint: str = "plugin:Plugin"
    requires: dict[str, list[str]] = field(default_factory=dict)
    internal: bool = False
    api: int = 0

    def canonical(self) -> dict[str, Any]:
        """The canonical manifest as JSON. ``parse_manifest`` turns it back into this object."""
        rest = ("description", "aliases", "entrypoint", "requires")
        data = {name: _plain(getattr(self, name)) for name in ("id", "name", "version", *rest)}
        data["tools"] = [tool.canonical() for tool in self.tools]
        said = {"internal": self.internal, "api": self.api}
        return data | {name: value for name, value in said.items() if value}

    def tool(self, name: str) -> Tool:
        """The tool with this id or alias. ``default`` means the first one, unless a tool has that
        name. Raises UnknownTool.
        """
        for tool in self.tools:
            if name == tool.id:
                return tool
        for tool in self.tools:
            if name in tool.aliases:
                return tool
        if name == "default":
            return self.tools[0]
        there_are = ", ".join(tool.id for tool in self.tools)
        raise UnknownTool(f"Plugin {self.id} has no tool {name!r}. It has: {there_are}.")

    def tool_for_capability(self, word: str, *kinds: str) -> Tool:
        """The first tool with this capability that accepts all ``kinds`` (``image``, ``video``).

        Raises UnknownTool.
        """
        fitting = [tool for tool in self.tools if tool.kinds.issuperset(kinds)]
        for tool in fitting:
            if word in tool.capabilities:
                return tool
        known = sorted({word for tool in fitting for word in tool.capabilities})
        what = f"It has: {', '.join(known)}." if known else "It names no capability for that."
        media = " and a ".join(sorted(kinds))
        raise UnknownTool(
            f"Plugin {self.id} has no tool with the capability {word!r} for a {media}. {what}"
        )


def parse_manifest(data: object) -> Manifest:
    """Check a manifest in any accepted spelling and return its canonical form.

    Raises ManifestError.
    """
    if flaw := find_flaw(data):
        raise ManifestError(f"{json_path(flaw.path)}: {flaw.why}.")
    spelled = canonical_spelling(data)
    _check(spelled)
    tools = tuple(_tool(tool, f"$.tools[{index}]") for index, tool in enumerate(spelled["tools"]))
    _check_names(tools)
    rest = {key: value for key, value in spelled.items() if key not in ("tools", "$schema")}
    rest["aliases"] = tuple(rest.get("aliases", ()))
    return Manifest(**rest, tools=tools)


def _check(data: Any) -> None:
    error = max(_validator.iter_errors(data), key=relevance, default=None)
    if error is None:
        return
    if isinstance(data, dict) and (newer := newer_contract(data.get("api"))):
        raise ManifestError(newer)  # it may be valid by rules that this server doesn't know
    raise ManifestError(_sentence(error))


def newer_contract(api: object) -> str:
    """Why a plugin written for version ``api`` of the contract can't run, or an empty text."""
    if not isinstance(api, int) or api <= API_VERSION:
        return ""
    return (
        f"It was written for version {api} of the plugin contract, but this server only supports"
        f" versions up to {API_VERSION}. Update the server, or install an older version of"
        " the plugin."
    )


def _sentence(error: ValidationError) -> str:
    path = error.json_path
    if error.validator == "required":
        return f"{path}: missing: {', '.join(missing_names(error))}."
    if error.validator == "additionalProperties":
        unknown, known = unknown_names(error)
        hint = did_you_mean(unknown[0], known) or f" Known keys: {', '.join(known)}."
        return f"{path}: unknown key {unknown[0]!r}.{hint}"
    if error.validator == "pattern" and isinstance(error.schema, dict):
        return f"{path}: {short(error.instance)} is not {error.schema['title']}."
    return f"{path}: {explain(error)}."


def _tool(data: dict[str, Any], path: str) -> Tool:
    if fault := params_fault(data["params"]):
        raise ManifestError(f"{path}.params{fault}")
    lists = ("inputs", "prompts", "aliases", "capabilities")
    fields: dict[str, Any] = {key: tuple(v) if key in lists else v for key, v in data.items()}
    return Tool(**fields)


def _check_names(tools: tuple[Tool, ...]) -> None:
    seen: dict[str, int] = {}
    for index, tool in enumerate(tools):
        for name in (tool.id, *tool.aliases):
            if seen.setdefault(name, index) != index:
                raise ManifestError(
                    f"$.tools[{index}]: the name {name!r} is already used by $.tools[{seen[name]}]."
                )


def _plain(value: Any) -> Any:
    return list(value) if isinstance(value, tuple) else value
