"""Checks whether a plugin's requirements are met, without importing anything."""

import importlib.machinery
import importlib.metadata
import importlib.util
import os
from pathlib import Path


def unmet_requirement(requires: dict[str, list[str]], root: Path, site: Path | None = None) -> str:
    """A sentence about everything that is missing, or an empty text.

    ``env`` are variables that must be set; ``files`` must exist (relative to ``root``, with
    ``$NAME`` filled in from the environment); ``python`` are modules or distributions that must be
    installed for the server or in ``site``. A variable may hold several paths, separated as in
    ``PATH``. ``hints`` are sentences on what to do, which are appended if anything is missing.
    ``optional_env`` is never required.
    """
    missing = [
        *(f"the environment variable {n} is not set" for n in _env(requires)),
        *(f"the file {n} does not exist" for n in _files(requires, root)),
        *(f"the Python package {n} is not installed" for n in _python(requires, site)),
    ]
    if not missing:
        return ""
    sentence = "; ".join(missing)
    return " ".join([sentence[0].upper() + sentence[1:] + ".", *requires.get("hints", [])])


def _env(requires: dict[str, list[str]]) -> list[str]:
    return [name for name in requires.get("env", []) if not os.environ.get(name)]


def _files(requires: dict[str, list[str]], root: Path) -> list[str]:
    unset = {f"${name}" for name in _env(requires)}  # already reported as missing
    names = [name for name in requires.get("files", []) if name not in unset]
    return [name for name in names if not all(path.exists() for path in _paths(name, root))]


def _paths(name: str, root: Path) -> list[Path]:
    texts = os.path.expandvars(name).split(os.pathsep) if "$" in name else [name]
    return [root / text for text in texts if text]


def _python(requires: dict[str, list[str]], site: Path | None) -> list[str]:
    names = requires.get("python", [])
    return [name for name in names if not (_importable(name) or (site and _lies_in(site, name)))]


def _lies_in(site: Path, name: str) -> bool:
    where = [str(site)]
    if any(True for _ in importlib.metadata.distributions(name=name, path=where)):
        return True
    word = name.partition(".")[0]
    return importlib.machinery.PathFinder.find_spec(word, where) is not None


def _importable(name: str) -> bool:
    """Whether a distribution of this name is installed, or a module of this name can be found.

    Only the first part of a dotted name is looked up: finding the rest would import it.
    """
    try:
        importlib.metadata.distribution(name)
    except importlib.metadata.PackageNotFoundError:
        try:
            return importlib.util.find_spec(name.partition(".")[0]) is not None
        except (ImportError, ValueError):
            return False
    return True
