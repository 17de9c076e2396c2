"""Finds the plugins there are. Reads files only: no plugin code is ever imported here.

Plugins come from ``plugins_app/builtin``, from the folders in ``settings.PLUGIN_DIRS`` (each holds
plugin folders) and from installed packages with an entry point in the group
``forgesyte.plugins`` and a ``manifest.json`` beside the entry point's module.
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.conf import settings

from plugins_app.digest import code_digest, signature
from plugins_app.manifest import Manifest, ManifestError, parse_manifest
from plugins_app.packages import package_roots
from plugins_app.requirements import unmet_requirement

BUILTIN = Path(__file__).parent / "builtin"
MAX_MANIFEST_BYTES = 1024 * 1024


class PluginNotFound(LookupError):
    """No usable plugin has this id or alias."""


@dataclass(frozen=True)
class InstalledPlugin:
    """A plugin whose manifest is sound. ``root`` is the folder of its ``manifest.json``."""

    manifest: Manifest
    root: Path
    source: str
    code_digest: str
    unavailable_reason: str = ""

    @property
    def id(self) -> str:
        """The manifest's id."""
        return self.manifest.id


@dataclass(frozen=True)
class BrokenPlugin:
    """A plugin that can't be listed properly; ``error`` is for the operator to read."""

    id: str
    root: Path
    error: str
    source: str = "folder"


@dataclass(frozen=True)
class _Place:
    """A folder where a plugin should be; ``entrypoint`` is set for packages."""

    root: Path
    source: str
    name: str
    entrypoint: str = ""
    error: str = ""


def discover() -> list[InstalledPlugin | BrokenPlugin]:
    """All plugins, built-in ones first. Cached in this process; see ``refresh``."""
    return list(_discovered())


def get(plugin_id_or_alias: str) -> InstalledPlugin:
    """The plugin with this id, or else with this alias. Raises PluginNotFound."""
    sound = [plugin for plugin in _discovered() if isinstance(plugin, InstalledPlugin)]
    for plugin in sound:
        if plugin.id == plugin_id_or_alias:
            return plugin
    for plugin in sound:
        if plugin_id_or_alias in plugin.manifest.aliases:
            return plugin
    known = ", ".join(plugin.id for plugin in sound if not plugin.manifest.internal)
    raise PluginNotFound(f"There is no plugin {plugin_id_or_alias!r}. There are: {known}.")


def refresh() -> None:
    """Look again at the next ``discover``; only folders that changed are read anew."""
    _discovered.cache_clear()


@cache
def _discovered() -> tuple[InstalledPlugin | BrokenPlugin, ...]:
    found: list[InstalledPlugin | BrokenPlugin] = []
    roots: dict[str, Path] = {}
    for place in _places():
        plugin = _load(place)
        if isinstance(plugin, InstalledPlugin):
            first = roots.setdefault(plugin.id, plugin.root)
            if first != plugin.root:
                error = f"The id {plugin.id!r} is taken by another plugin, in {first.name!r}."
                plugin = BrokenPlugin(place.name, plugin.root, error, place.source)
        found.append(plugin)
    return tuple(found)


def _places() -> Iterator[_Place]:
    yield from _folder(BUILTIN, "builtin")
    for folder in settings.PLUGIN_DIRS:
        yield from _folder(Path(folder), "folder")
    for package in package_roots():
        yield _Place(package.root, "package", package.name, package.entrypoint, error=package.error)


def _folder(folder: Path, source: str) -> Iterator[_Place]:
    if not folder.is_dir():
        if source == "folder":
            yield _Place(folder, source, folder.name, error="PLUGIN_DIRS names no such folder.")
        return
    for root in sorted(folder.iterdir()):
        hidden = root.name.startswith((".", "_"))
        if root.is_dir() and not hidden and (source == "folder" or _has_manifest(root)):
            yield _Place(root, source, root.name)


def _has_manifest(root: Path) -> bool:
    return (root / "manifest.json").is_file()


def _load(place: _Place) -> InstalledPlugin | BrokenPlugin:
    if place.error:
        return BrokenPlugin(place.name, place.root, place.error, place.source)
    try:
        manifest, digest = _read(place.root, signature(place.root))
    except (ManifestError, OSError) as error:
        return BrokenPlugin(place.name, place.root, _without_path(error), place.source)
    if place.entrypoint:
        manifest = replace(manifest, entrypoint=place.entrypoint)
        if place.name != manifest.id and place.name not in manifest.aliases:
            manifest = replace(manifest, aliases=(*manifest.aliases, place.name))
    if manifest.internal and place.source != "builtin":
        manifest = replace(manifest, internal=False)
    unmet = unmet_requirement(manifest.requires, place.root)
    return InstalledPlugin(manifest, place.root, place.source, digest, unmet)


_known: dict[Path, tuple[object, Manifest, str]] = {}


def _read(root: Path, stamp: object) -> tuple[Manifest, str]:
    """Manifest and code digest of a folder; kept while the folder's ``stamp`` stays the same.

    Raises ManifestError and OSError.
    """
    if root in _known and _known[root][0] == stamp:
        return _known[root][1:]
    path = root / "manifest.json"
    if not path.is_file():
        raise ManifestError("The folder has no manifest.json.")
    if path.stat().st_size > MAX_MANIFEST_BYTES:
        raise ManifestError("$: manifest.json is larger than 1 MiB.")
    try:
        data = json.loads(path.read_bytes())
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise ManifestError(f"$: manifest.json is not JSON: {error}.") from error
    manifest, digest = parse_manifest(data), code_digest(root)
    _known[root] = (stamp, manifest, digest)
    return manifest, digest


def _without_path(error: Exception) -> str:
    """The message without paths of this machine, for API users read it too."""
    if isinstance(error, OSError):
        return f"Its files can't be read: {error.strerror}."
    return str(error)
