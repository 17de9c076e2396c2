"""Imports a plugin in the host and creates its object."""

import importlib
import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

from plugins_app.host.child import compat


class LoadError(Exception):
    """The plugin's class can't be used. The message is for its author."""


def load_plugin(root: Path, entrypoint: str, site: str = "") -> Any:
    """Import a module in ``root``, or an installed dotted one, and create the plugin's object.

    ``entrypoint`` is ``module`` or ``module:Class``; ``site`` is the folder that the plugin was
    installed into, if any. Raises LoadError, and whatever the plugin's own code raises.
    """
    if site:
        sys.path.insert(_before_site_packages(), site)
    compat.install()
    name, _, class_name = entrypoint.partition(":")
    first = name.partition(".")[0]
    if (root / f"{first}.py").is_file() or (root / first).is_dir():
        sys.path.insert(0, str(root))
    elif root.name == first:  # the root is itself the package, dropped into a plugin folder
        sys.path.insert(0, str(root.parent))
    module = importlib.import_module(name)
    made = compat.adapted(_class(module, class_name)())
    if not callable(getattr(made, "run_tool", None)):
        raise LoadError(f"{entrypoint} has no method run_tool(tool_name, args).")
    return made


def get_ready(plugin: Any) -> None:
    """Let the plugin load its models: ``on_load``, and ``validate`` if it is an original one."""
    hooks = ("validate", "on_load") if compat.is_original(plugin) else ("on_load",)
    for hook in hooks:
        if callable(call := getattr(plugin, hook, None)):
            call()


def _before_site_packages() -> int:
    """The position after the standard library, so that nothing there is shadowed."""
    places = (n for n, path in enumerate(sys.path) if path.endswith("-packages"))
    return next(places, len(sys.path))


def _class(module: ModuleType, name: str) -> Any:
    if name:
        if not callable(getattr(module, name, None)):
            raise LoadError(f"The module {module.__name__} has no class {name}.")
        return getattr(module, name)
    if hasattr(module, "Plugin"):
        return module.Plugin
    own = [
        value
        for value in vars(module).values()
        if isinstance(value, type)
        and value.__module__ == module.__name__
        and hasattr(value, "run_tool")
    ]
    if len(own) != 1:
        raise LoadError(f"The module {module.__name__} has no class Plugin.")
    return own[0]


def model_digest(plugin: Any) -> str:
    """The digest of the plugin's weights: its ``model_digest``, a text or a method."""
    digest = getattr(plugin, "model_digest", "")
    text = str(digest() if callable(digest) else digest or "")
    return text if re.fullmatch(r"[0-9A-Za-z:._-]{0,128}", text) else ""
