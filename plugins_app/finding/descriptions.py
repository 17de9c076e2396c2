"""Generated manifests for packages that have none, stored in ``DATA_DIR``.

``manage.py plugins sync`` generates them (``host.description``); everything else only reads them.
"""

import contextlib
import hashlib
import json
import os
import re
from pathlib import Path
from typing import Any

from django.conf import settings

from plugins_app.finding.digest import code_digest
from plugins_app.finding.packages import PackageRoot
from plugins_app.manifests.manifest import Manifest, ManifestError, parse_manifest
from plugins_app.manifests.spellings import canonical_spelling

NOT_YET = (
    "The package has no manifest.json beside the module of its entry point. Run"
    " manage.py plugins sync on this machine to have the plugin describe itself."
)
ID = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")
ALIAS = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
VERSION = re.compile(r"[0-9A-Za-z][0-9A-Za-z.+_-]{0,63}")


def described(package: PackageRoot) -> tuple[Manifest, str]:
    """The manifest that was generated for a package, and the digest of its code.

    Raises ManifestError if there is none (yet), and OSError.
    """
    digest = code_digest(package.root)
    try:
        kept = json.loads(_file(package, digest).read_bytes())
    except (FileNotFoundError, ValueError) as error:
        raise ManifestError(NOT_YET) from error
    if kept.get("error"):
        raise ManifestError(str(kept["error"]))
    return parse_manifest(kept.get("manifest")), digest


def is_described(package: PackageRoot) -> bool:
    """Whether a manifest was generated for exactly this code. Failures don't count: they are
    retried."""
    try:
        described(package)
    except (ManifestError, OSError):
        return False
    return True


def keep(package: PackageRoot, said: dict[str, Any], error: str = "") -> None:
    """Store how a plugin described itself, or the error if it didn't. Raises OSError."""
    manifest: dict[str, Any] = {}
    if not error:
        try:
            manifest = parse_manifest(as_manifest(package, said)).canonical()
        except ManifestError as mistake:
            error = f"The plugin's description of itself is not a valid manifest. {mistake}"
    file = _file(package, code_digest(package.root))
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_suffix(f".{os.getpid()}")
    try:
        draft.write_text(json.dumps({"manifest": manifest, "error": error}))
        draft.replace(file)
    finally:
        with contextlib.suppress(FileNotFoundError):
            draft.unlink()


def as_manifest(package: PackageRoot, said: dict[str, Any]) -> dict[str, Any]:
    """A manifest from a plugin's description of itself, completed from the package's metadata.

    Its id is the entry point's name; the name that its class declares becomes an alias.
    """
    name = str(said.get("name") or package.name)
    plugin_id = re.sub(r"[^a-z0-9_-]+", "-", package.name.lower()).strip("-_")[:64]
    version = str(said.get("version") or package.version)
    aliases = {alias for alias in (name, package.name) if ALIAS.fullmatch(alias)} - {plugin_id}
    manifest: dict[str, Any] = canonical_spelling(
        {
            "id": plugin_id,
            "name": name[:200],
            "version": version if VERSION.fullmatch(version) else "0",
            "description": str(said.get("description") or package.summary)[:4000],
            "aliases": sorted(aliases),
            "entrypoint": package.entrypoint,
            "tools": said.get("tools") or [],
        }
    )
    for tool in manifest["tools"] if isinstance(manifest["tools"], list) else []:
        if isinstance(tool, dict) and not tool.get("inputs"):
            tool["inputs"] = [
                "image_bytes",
                "image_base64",
            ]  # what every tool of the original could read
    return manifest


def _file(package: PackageRoot, digest: str) -> Path:
    words = f"{digest} {package.name} {package.entrypoint} {package.version}"
    name = hashlib.sha256(words.encode()).hexdigest()
    return Path(settings.DATA_DIR) / "plugins" / f"{name}.json"
