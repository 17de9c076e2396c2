"""Compatibility with plugins written for the original ForgeSyte server.

They do ``from app.plugins.base import BasePlugin`` and ``from app.models import AnalysisResult``.
There is no such package here, so the host provides one before it imports the plugin. The oldest
have no tools at all, only ``analyze(image_bytes, options)``.
"""

import contextlib
import importlib.util
import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from types import ModuleType
from typing import Any


class BasePlugin:
    """Checks ``name`` and ``tools``, and replaces handlers given by name with methods."""

    name: str
    tools: dict[str, Any]

    def __init__(self) -> None:
        """Raises ValueError if ``name``, ``tools`` or a handler is missing."""
        if not isinstance(getattr(self, "name", None), str):
            raise ValueError(f"{type(self).__name__} must define a text attribute 'name'.")
        if not isinstance(getattr(self, "tools", None), dict):
            raise ValueError(f"{type(self).__name__} must define a dict attribute 'tools'.")
        self.tools = {tool: self._with_handler(tool, meta) for tool, meta in self.tools.items()}

    def _with_handler(self, tool: str, meta: Any) -> Any:
        if callable(meta):
            return meta
        handler = meta.get("handler")
        if isinstance(handler, str):
            handler = getattr(self, handler, None)
        if not callable(handler):
            raise ValueError(f"The handler of the tool {tool!r} is not a method of the plugin.")
        return {**meta, "handler": handler}

    def run_tool(self, tool_name: str, args: dict[str, Any]) -> Any:
        """Call the handler with the arguments. Plugins may override this."""
        if tool_name not in self.tools:
            raise ValueError(f"Unknown tool: {tool_name}")
        meta = self.tools[tool_name]
        return (meta if callable(meta) else meta["handler"])(args)

    def validate(self) -> None:
        """Hook for a plugin's own checks, before the first call."""

    def on_load(self) -> None:
        """Hook for loading models, once per process."""

    def on_unload(self) -> None:
        """Hook for releasing what ``on_load`` loaded."""


class Record:
    """Stores its keyword arguments as attributes, in place of the models in ``app.models``."""

    def __init__(self, **fields: Any) -> None:
        vars(self).update(fields)

    def model_dump(self, **_options: Any) -> dict[str, Any]:
        """The fields as a dict, as in pydantic."""
        return dict(vars(self))


class AnalysisResult(Record):
    """Returned by ``analyze``: ``text``, ``blocks``, ``confidence``, ``language``, ``error``."""


class PluginMetadata(Record):
    """Returned by ``metadata``: ``name``, ``inputs``, ``outputs``, ``config_schema``."""


class AnalyzeOnly:
    """Adds ``run_tool`` to a plugin that only has ``analyze(image_bytes, options)``."""

    def __init__(self, plugin: Any) -> None:
        self._plugin = plugin
        self.name = str(getattr(plugin, "name", ""))

    def __getattr__(self, name: str) -> Any:
        return getattr(self._plugin, name)

    def run_tool(self, tool_name: str, args: dict[str, Any]) -> Any:
        """Analyse the image; the tool's name is ignored."""
        return self._plugin.analyze(Path(args["image_path"]).read_bytes(), args["options"])


def install() -> None:
    """Make ``app.plugins.base`` and ``app.models`` importable, unless a package ``app`` exists."""
    if "app" in sys.modules or importlib.util.find_spec("app") is not None:
        return
    for name in ("app", "app.models", "app.plugins", "app.plugins.base"):
        module = ModuleType(name, __doc__)
        module.__path__ = []
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
    vars(sys.modules["app.plugins.base"])["BasePlugin"] = BasePlugin
    vars(sys.modules["app.models"]).update(
        AnalysisResult=AnalysisResult, PluginMetadata=PluginMetadata
    )


def adapted(plugin: Any) -> Any:
    """The plugin's object with what the host needs: ``run_tool``, and handlers that can be called.

    Handlers that plugins call as ``handler(**args)`` don't get arguments that they don't know: the
    original server passed on what was in the request, this one passes all tools the same.
    """
    if not callable(getattr(plugin, "run_tool", None)):
        return AnalyzeOnly(plugin) if callable(getattr(plugin, "analyze", None)) else plugin
    if is_original(plugin):
        with contextlib.suppress(AttributeError):  # the plugin defines it as a property
            plugin.tools = {name: _sparing(meta) for name, meta in plugin.tools.items()}
    return plugin


def is_original(plugin: Any) -> bool:
    """Whether a plugin declares its tools itself, as those of the original server do."""
    return isinstance(getattr(plugin, "tools", None), dict)


def _sparing(meta: Any) -> Any:
    if isinstance(meta, dict) and callable(meta.get("handler")):
        return {**meta, "handler": _spared(meta["handler"])}
    return _spared(meta) if callable(meta) else meta


def _spared(handler: Callable[..., Any]) -> Callable[..., Any]:
    """The handler, wrapped to drop keyword arguments that it has no parameter for."""
    import inspect

    try:
        parameters = inspect.signature(handler).parameters.values()
    except (TypeError, ValueError):
        return handler
    if any(one.kind is one.VAR_KEYWORD for one in parameters):
        return handler
    known = {one.name for one in parameters if one.kind is not one.POSITIONAL_ONLY}

    @wraps(handler)
    def spared(*args: Any, **named: Any) -> Any:
        return handler(*args, **{name: value for name, value in named.items() if name in known})

    return spared
