"""The base class that plugins written for the original ForgeSyte server import.

They do ``from app.plugins.base import BasePlugin``; there is no such package here, so the host
puts one in place before it imports the plugin.
"""

import importlib.util
import sys
from types import ModuleType
from typing import Any


class BasePlugin:
    """Checks ``name`` and ``tools``, and turns handlers given by name into methods."""

    name: str
    tools: dict[str, dict[str, Any]]

    def __init__(self) -> None:
        """Raises ValueError for a plugin without ``name`` and ``tools``."""
        if not isinstance(getattr(self, "name", None), str):
            raise ValueError(f"{type(self).__name__} must define a text attribute 'name'.")
        if not isinstance(getattr(self, "tools", None), dict):
            raise ValueError(f"{type(self).__name__} must define a dict attribute 'tools'.")
        self.tools = {tool: self._with_handler(tool, meta) for tool, meta in self.tools.items()}

    def _with_handler(self, tool: str, meta: dict[str, Any]) -> dict[str, Any]:
        handler = meta.get("handler")
        if isinstance(handler, str):
            handler = getattr(self, handler, None)
        if not callable(handler):
            raise ValueError(f"The handler of the tool {tool!r} is no method of the plugin.")
        return {**meta, "handler": handler}

    def run_tool(self, tool_name: str, args: dict[str, Any]) -> Any:
        """Call the handler with the arguments; plugins write their own."""
        if tool_name not in self.tools:
            raise ValueError(f"Unknown tool: {tool_name}")
        return self.tools[tool_name]["handler"](args)

    def validate(self) -> None:
        """Checks of the plugin's own, before the first call."""

    def on_load(self) -> None:
        """Load what is needed once."""

    def on_unload(self) -> None:
        """Let go of it."""


def install() -> None:
    """Make ``app.plugins.base`` importable, unless there is a package ``app``."""
    if "app" in sys.modules or importlib.util.find_spec("app") is not None:
        return
    for name in ("app", "app.plugins", "app.plugins.base"):
        module = ModuleType(name, __doc__)
        module.__path__ = []
        sys.modules[name] = module
        parent, _, child = name.rpartition(".")
        if parent:
            setattr(sys.modules[parent], child, module)
    vars(sys.modules["app.plugins.base"])["BasePlugin"] = BasePlugin
