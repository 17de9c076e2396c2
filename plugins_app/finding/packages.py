"""Finds plugins that are installed packages, without importing them.

They are installed for the server (``pip install``), or each into its own folder inside one of
``PLUGIN_DIRS`` (``pip install --target``), where its dependencies don't affect other plugins.
"""

import importlib.machinery
import importlib.util
from collections.abc import Iterator
from importlib.metadata import Distribution, EntryPoint, distributions, entry_points
from pathlib import Path
from typing import NamedTuple

from plugins_app.finding.declared_name import declared_name

GROUP = "forgesyte.plugins"


class PackageRoot(NamedTuple):
    """An entry point and where its code is.

    ``root`` is the folder of its ``manifest.json``, or else its outermost package (or module
    file). ``class_name`` is the name that the class declares. ``site`` is the folder that it was
    installed into with its dependencies, if any. ``error`` says why it can't be used.
    """

    name: str
    root: Path
    entrypoint: str
    version: str
    summary: str
    class_name: str = ""
    site: Path | None = None
    has_manifest: bool = False
    error: str = ""


def package_roots() -> Iterator[PackageRoot]:
    """The entry points of the group among the server's packages, sorted by name."""
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        yield _root(entry, entry.dist, None)


def holds_packages(folder: Path) -> bool:
    """Whether packages have been installed into a folder."""
    return any(folder.glob("*.dist-info"))


def packages_in(folder: Path) -> Iterator[PackageRoot]:
    """The entry points of the group among the packages in a folder."""
    for distribution in distributions(path=[str(folder)]):
        for entry in distribution.entry_points.select(group=GROUP):
            yield _root(entry, distribution, folder)


def _root(entry: EntryPoint, distribution: Distribution | None, site: Path | None) -> PackageRoot:
    places, file = _places(entry.module, site)
    root = next((place for place in places if (place / "manifest.json").is_file()), None)
    return PackageRoot(
        name=entry.name,
        root=root or (places[-1] if places else Path(entry.module)),
        entrypoint=f"{entry.module}:{entry.attr}" if entry.attr else entry.module,
        version=distribution.version if distribution else "",
        summary=_summary(distribution),
        class_name=declared_name(file, entry.attr) if file and root else "",
        site=site,
        has_manifest=root is not None,
        error="" if places else f"{entry.module} can't be found.",
    )


def _summary(distribution: Distribution | None) -> str:
    known = distribution is not None and "Summary" in distribution.metadata
    return distribution.metadata["Summary"] if distribution and known else ""


def _places(module: str, site: Path | None) -> tuple[list[Path], Path | None]:
    """The folders of the packages around a module, innermost first, and the module's file.

    For a module outside any package, the folder is its own one or the file itself. The path entries
    are searched by hand because ``find_spec`` imports the parents of a dotted name.
    """
    search: list[str] | None = [str(site)] if site else None
    places: list[Path] = []
    file: Path | None = None
    name = ""
    for word in module.split("."):
        name = f"{name}.{word}" if name else word
        try:
            spec = importlib.machinery.PathFinder.find_spec(name, search)
        except (ImportError, ValueError):
            spec = None
        if spec is None and search is None:  # editable installs come with their own finder
            spec = _top_level(word)
        if spec is None:
            return [], None
        search = list(spec.submodule_search_locations or [])
        places = [*map(Path, search), *places]
        file = Path(spec.origin) if spec.origin else None
    if file and not places:
        own = (file.parent / "manifest.json").is_file() and not holds_packages(file.parent)
        places = [file.parent if own else file]
    return places, file


def _top_level(name: str) -> importlib.machinery.ModuleSpec | None:
    try:
        return importlib.util.find_spec(name)
    except (ImportError, ValueError):
        return None
