"""Tests stand on names that the product offers: what they hold on to is public."""

import ast
from pathlib import Path

import pytest

TESTS = Path(__file__).parents[1]
OURS = ("jobs", "plugins_app", "forgesyte", "benchmarks")
FOREIGN = {
    "_exit": "os: ends a process at once",
    "_meta": "Django documents it",
    "_prepare": "pycocotools: areas and ignored things before it evaluates",
    "_registry": "Django: all model admins of a site",
    "_replace": "of named tuples, documented",
}
"""Private names of others, and what they are."""


def is_private(name: str) -> bool:
    return name.startswith("_") and not name.endswith("__")


def private_names(tree: ast.AST) -> list[str]:
    """What a module uses of others that is private: by import, by attribute, by patching."""
    found = []
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module=str(module), names=names) if module.split(".")[0] in OURS:
                found += [name.name for name in names if is_private(name.name)]
            case ast.Attribute(value=ast.Name(id="self" | "cls")):
                continue
            case ast.Attribute(attr=name) if is_private(name) and name not in FOREIGN:
                found.append(name)
            case ast.Call(func=ast.Attribute(attr="setattr" | "delattr"), args=args):
                texts = [one.value for one in args[:2] if isinstance(one, ast.Constant)]
                last = [text.rpartition(".")[2] for text in texts if isinstance(text, str)]
                found += [name for name in last if is_private(name)]
    return found


@pytest.mark.parametrize(
    "line",
    [
        "from jobs.storage import _write",
        "from jobs import storage\nstorage._write()",
        "engine.Engine()._detector",
        "monkeypatch.setattr(store, '_create', None)",
        "monkeypatch.setattr('jobs.storage._write', None)",
    ],
)
def test_each_way_to_a_private_name_is_seen(line):
    assert private_names(ast.parse(line))


def test_tests_use_no_private_names():
    found = {
        str(path.relative_to(TESTS)): names
        for path in TESTS.rglob("*.py")
        if (names := private_names(ast.parse(path.read_text())))
    }
    assert found == {}, "Give what is needed a public name, or test what it does."


def test_every_exception_is_needed():
    used = {
        node.attr
        for path in TESTS.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
    }
    assert set(FOREIGN) <= used
