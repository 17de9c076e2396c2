"""Reads the name that a plugin's class declares from its source, without running it."""

import ast
from pathlib import Path

MAX_SOURCE_BYTES = 1024 * 1024


def declared_name(file: Path, class_name: str) -> str:
    """``x`` if the class has ``name = "x"``, otherwise an empty text. ``class_name`` defaults to
    Plugin."""
    try:
        if file.stat().st_size > MAX_SOURCE_BYTES:
            return ""
        tree = ast.parse(file.read_bytes())
    except (OSError, SyntaxError, ValueError, RecursionError, MemoryError):
        return ""
    wanted = class_name or "Plugin"
    for node in tree.body:
        if isinstance(node, ast.ClassDef) and node.name == wanted:
            return next(filter(None, map(_name, node.body)), "")
    return ""


def _name(line: ast.stmt) -> str:
    if isinstance(line, ast.Assign):
        targets: list[ast.expr] = line.targets
    elif isinstance(line, ast.AnnAssign):
        targets = [line.target]
    else:
        return ""
    named = any(isinstance(target, ast.Name) and target.id == "name" for target in targets)
    value = line.value
    text = value.value if named and isinstance(value, ast.Constant) else ""
    return text if isinstance(text, str) else ""
