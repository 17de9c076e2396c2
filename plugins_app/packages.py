"""Plugins that came as installed packages, found without importing them."""

import importlib.machinery
import importlib.util
from collections.abc import Iterator
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from typing import NamedTuple

GROUP = "forgesyte.plugins"
NO_MANIFEST = (
    "The package has no manifest.json beside the module of its entry point."
    " Add it to the package's data files."
)


class PackageRoot(NamedTuple):
    """An entry point and the folder of its manifest; ``error`` says why there is none."""

    name: str
    root: Path
    entrypoint: str
    error: str


def package_roots() -> Iterator[PackageRoot]:
    """One entry for each entry point of the group, sorted by name."""
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        folders = _folders(entry.module)
        root = next((folder for folder in folders if (folder / "manifest.json").is_file()), None)
        error = "" if root else NO_MANIFEST if folders else f"{entry.module} can't be found."
        yield PackageRoot(entry.name, root or Path(entry.module), _entrypoint(entry), error)


def _entrypoint(entry: EntryPoint) -> str:
    return f"{entry.module}:{entry.attr}" if entry.attr else entry.module


def _folders(module: str) -> list[Path]:
    """Folders of the module and of the packages around it, innermost first.

    Walks the path entries itself: ``find_spec`` of a dotted name imports its parents.
    """
    search: list[str] | None = None
    folders: list[Path] = []
    name = ""
    for word in module.split("."):
        name = f"{name}.{word}" if name else word
        try:
            spec = importlib.machinery.PathFinder.find_spec(name, search)
        except (ImportError, ValueError):
            spec = None
        if spec is None and search is None:  # editable installs bring a finder of their own
            spec = _top_level(word)
        if spec is None:
            return []
        search = list(spec.submodule_search_locations or [])
        folders = [*map(Path, search), *folders]
        if not search and spec.origin and Path(spec.origin).parent not in folders:
            folders = [Path(spec.origin).parent, *folders]
    return folders


def _top_level(name: str) -> importlib.machinery.ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
