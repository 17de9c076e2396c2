"""The digest of a plugin's code, to which its results can be traced."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

CODE = (".py", ".pyi", ".so", ".json", ".toml", ".yaml", ".yml", ".txt")
"""Weights and sample pictures are left out: a plugin provides its ``model_digest`` itself."""


def code_files(root: Path) -> list[Path]:
    """The code and manifest files below ``root``, sorted by relative POSIX path.

    If ``root`` is a file (a single module), it is the only one.
    """
    if root.is_file():
        return [root]
    return sorted(_walk(root), key=lambda path: path.relative_to(root).as_posix())


def _walk(folder: Path) -> Iterator[Path]:
    for path in folder.iterdir():
        if path.name.startswith(".") or path.name == "__pycache__":
            continue
        if path.is_dir() and not path.is_symlink():
            yield from _walk(path)
        elif path.suffix in CODE and path.is_file():
            yield path


def signature(root: Path) -> tuple[tuple[str, int, int], ...]:
    """Paths, modification times (ns) and sizes (bytes) of the code files, to detect changes."""
    stats = [(path, path.stat()) for path in code_files(root)]
    return tuple((str(path), stat.st_mtime_ns, stat.st_size) for path, stat in stats)


def code_digest(root: Path) -> str:
    """SHA-256, hexadecimal, over each file's relative path and SHA-256, in canonical order."""
    total = hashlib.sha256()
    for path in code_files(root):
        with path.open("rb") as file:
            inner = hashlib.file_digest(file, "sha256").hexdigest()
        total.update(f"{inner} {path.relative_to(root).as_posix()}\n".encode())
    return total.hexdigest()
