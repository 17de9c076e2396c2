"""Structure: no import cycles between files or folders, and no crowded folder."""

from collections import defaultdict
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]
PARTS = ("forgesyte", "jobs", "plugins_app")
MOST_SIBLINGS = 22
"""Python files in a folder, without ``__init__.py``."""


@cache
def imports() -> dict[str, set[str]]:
    """Each module -> the modules of ours that it imports."""
    graph = grimp.build_graph(*PARTS)
    modules = sorted(name for name in graph.modules if ".migrations" not in name)
    return {name: graph.find_modules_directly_imported_by(name) for name in modules}


def room(module: str) -> str:
    """The folder of a module; those that lie in an application itself are rooms of their own."""
    if (ROOT / module.replace(".", "/")).is_dir():
        return module
    folder = module.rpartition(".")[0]
    return module if folder in PARTS else folder


def test_no_files_import_each_other_in_a_circle() -> None:
    TopologicalSorter(imports()).prepare()


def test_no_folders_import_each_other_in_a_circle() -> None:
    rooms: dict[str, set[str]] = defaultdict(set)
    for module, imported in imports().items():
        for other in imported:
            if module.startswith(("jobs.", "plugins_app.")) and room(other) != room(module):
                rooms[room(module)].add(room(other))
    TopologicalSorter(rooms).prepare()


def test_no_folder_is_crowded() -> None:
    crowded = {}
    for part in PARTS:
        for folder in (ROOT / part).rglob("*/"):
            files = [path for path in folder.glob("*.py") if path.name != "__init__.py"]
            if folder.name != "migrations" and len(files) > MOST_SIBLINGS:
                crowded[str(folder.relative_to(ROOT))] = len(files)
    assert not crowded


def test_files_are_short() -> None:
    long = {}
    for part in PARTS:
        for path in (ROOT / part).rglob("*.py"):
            lines = len(path.read_text().splitlines())
            if path.parent.name != "migrations" and lines > 400:
                long[str(path.relative_to(ROOT))] = lines
    assert not long
