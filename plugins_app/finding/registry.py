"""Finds all plugins. It only reads files: no plugin code is ever imported here.

Plugins come from ``plugins_app/builtin``, from the folders in ``settings.PLUGIN_DIRS`` (each holds
plugin folders, and folders that packages were installed into) and from installed packages. Packages
have an entry point in the group ``forgesyte.plugins``, and either a ``manifest.json`` beside its
module or a generated manifest (see ``descriptions``).
"""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

from django.conf import settings

from plugins_app.finding.descriptions import ALIAS, ID, described
from plugins_app.finding.digest import code_digest, signature
from plugins_app.finding.packages import (
    GROUP,
    PackageRoot,
    holds_packages,
    package_roots,
    packages_in,
)
from plugins_app.finding.requirements import unmet_requirement
from plugins_app.manifests.manifest import (
    Manifest,
    ManifestError,
    newer_contract,
    parse_manifest,
)

BUILTIN = Path(__file__).parents[1] / "builtin"
MAX_MANIFEST_BYTES = 1024 * 1024


class PluginNotFound(LookupError):
    """No usable plugin has this id or alias."""


@dataclass(frozen=True)
class InstalledPlugin:
    """A plugin with a valid manifest. ``root`` is the folder of its ``manifest.json``.

    ``site`` is the folder that the plugin was installed into with its dependencies, if any.
    ``unavailable_reason`` is a sentence, or empty if the plugin can be used.
    """

    manifest: Manifest
    root: Path
    source: str
    code_digest: str
    unavailable_reason: str = ""
    site: Path | None = None

    @property
    def id(self) -> str:
        """The id from the manifest."""
        return self.manifest.id


@dataclass(frozen=True)
class BrokenPlugin:
    """A plugin without a valid manifest. ``error`` is a sentence for the operator."""

    id: str
    root: Path
    error: str
    source: str = "folder"


@dataclass(frozen=True)
class _Place:
    """A folder that should contain a plugin."""

    root: Path
    source: str
    name: str
    package: PackageRoot | None = None
    error: str = ""


def discover() -> list[InstalledPlugin | BrokenPlugin]:
    """All plugins, built-in ones first. Cached per process; see ``refresh``."""
    return list(_discovered())


def get(plugin_id_or_alias: str) -> InstalledPlugin:
    """The plugin with this id, or else the one with this alias. Raises PluginNotFound."""
    sound = [plugin for plugin in _discovered() if isinstance(plugin, InstalledPlugin)]
    for plugin in sound:
        if plugin.id == plugin_id_or_alias:
            return plugin
    for plugin in sound:
        if plugin_id_or_alias in plugin.manifest.aliases:
            return plugin
    known = ", ".join(plugin.id for plugin in sound if not plugin.manifest.internal)
    raise PluginNotFound(f"There is no plugin {plugin_id_or_alias!r}. Known plugins: {known}.")


def refresh() -> None:
    """Make the next ``discover`` search again. Only folders that changed are read again."""
    _discovered.cache_clear()


def look_at(folder: Path) -> list[InstalledPlugin | BrokenPlugin]:
    """The plugins in one folder, installed or not: a plugin folder, or a folder of packages."""
    return [_load(place) for place in _places_in(folder, "folder")]


def packages_without_manifest(folder: Path | None = None) -> list[PackageRoot]:
    """The packages that need a generated manifest: those in ``folder``, or else all."""
    places = _places_in(folder, "folder") if folder else _places()
    packages = (place.package for place in places)
    return [one for one in packages if one and not one.has_manifest and not one.error]


@cache
def _discovered() -> tuple[InstalledPlugin | BrokenPlugin, ...]:
    found: list[InstalledPlugin | BrokenPlugin] = []
    roots: dict[str, Path] = {}
    for place in _places():
        plugin = _load(place)
        if isinstance(plugin, InstalledPlugin):
            first = roots.setdefault(plugin.id, plugin.root)
            if first != plugin.root:
                error = f"The id {plugin.id!r} is already used by the plugin in {first.name!r}."
                plugin = BrokenPlugin(place.name, plugin.root, error, place.source)
        found.append(plugin)
    return tuple(found)


def _places() -> Iterator[_Place]:
    yield from _folder(BUILTIN, "builtin")
    for folder in settings.PLUGIN_DIRS:
        yield from _folder(Path(folder), "folder")
    yield from map(_package, package_roots())


def _folder(folder: Path, source: str) -> Iterator[_Place]:
    if not folder.is_dir():
        if source == "folder":
            yield _Place(
                folder, source, folder.name, error="This folder from PLUGIN_DIRS does not exist."
            )
        return
    for root in sorted(folder.iterdir()):
        hidden = root.name.startswith((".", "_"))
        if root.is_dir() and not hidden and (source == "folder" or _has_manifest(root)):
            yield from _places_in(root, source)


def _places_in(root: Path, source: str) -> Iterator[_Place]:
    if _has_manifest(root) or not holds_packages(root):
        yield _Place(root, source, root.name)
        return
    packages = sorted(packages_in(root))
    yield from map(_package, packages)
    if not packages:
        text = f"None of the packages in the folder has an entry point in the group {GROUP}."
        yield _Place(root, source, root.name, error=text)


def _package(package: PackageRoot) -> _Place:
    return _Place(package.root, "package", package.name, package, error=package.error)


def _has_manifest(root: Path) -> bool:
    return (root / "manifest.json").is_file()


def _load(place: _Place) -> InstalledPlugin | BrokenPlugin:
    if place.error:
        return BrokenPlugin(place.name, place.root, place.error, place.source)
    try:
        if place.package is None or place.package.has_manifest:
            manifest, digest = _read(place.root, signature(place.root))
        else:
            manifest, digest = described(place.package)
    except (ManifestError, OSError) as error:
        return BrokenPlugin(place.name, place.root, _without_path(error), place.source)
    if place.package:
        manifest = _packaged(manifest, place.package)
    if manifest.internal and place.source != "builtin":
        manifest = replace(manifest, internal=False)
    site = place.package.site if place.package else None
    unmet = newer_contract(manifest.api)
    unmet = unmet or unmet_requirement(manifest.requires, place.root, site)
    return InstalledPlugin(manifest, place.root, place.source, digest, unmet, site)


def _packaged(manifest: Manifest, package: PackageRoot) -> Manifest:
    """The manifest with the package's entry point, and all of its names as aliases."""
    names = [*manifest.aliases, package.name, package.class_name]
    names += [manifest.name] if ID.fullmatch(manifest.name) else []
    known = dict.fromkeys(name for name in names if ALIAS.fullmatch(name) and name != manifest.id)
    return replace(manifest, entrypoint=package.entrypoint, aliases=tuple(known))


_known: dict[Path, tuple[object, Manifest, str]] = {}


def _read(root: Path, stamp: object) -> tuple[Manifest, str]:
    """Manifest and code digest of a folder, cached as long as the folder's ``stamp`` is the same.

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
    """The message without paths on this machine, because API users read it too."""
    if isinstance(error, OSError):
        return f"Its files can't be read: {error.strerror}."
    return str(error)
