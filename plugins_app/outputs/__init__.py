"""The kinds of results: ``KINDS`` has one for each file of this folder that defines ``KIND``.

Whoever needs to know kinds asks here: manifests, hosts, pages, the API, exports. Pure Python that
knows neither the server nor numpy; what handles pixels is in ``pixels``, which only hosts load.
"""

from importlib import import_module
from pathlib import Path

from plugins_app.outputs.base import OutputKind
from plugins_app.outputs.things import Thing

__all__ = ["KINDS", "NAMES", "OutputKind", "Thing", "kind_named", "kinds_in"]


def _found() -> dict[str, OutputKind]:
    names = sorted(path.stem for path in Path(__file__).parent.glob("[a-z]*.py"))
    loaded = (import_module(f"{__name__}.{name}") for name in names)
    kinds = [module.KIND for module in loaded if hasattr(module, "KIND")]
    return {kind.name: kind for kind in sorted(kinds, key=lambda one: one.rank)}


KINDS: dict[str, OutputKind] = _found()
"""Kinds by name, ordered by rank."""
NAMES = tuple(KINDS)


def kind_named(name: str) -> OutputKind:
    """The kind of this name; free JSON if there is no such kind (any longer)."""
    return KINDS.get(name, KINDS["json"])


def kinds_in(result: object) -> list[OutputKind]:
    """The kinds whose things a result lists, regardless of what its tool declares."""
    return [kind for kind in KINDS.values() if kind.entries(result) is not None]
