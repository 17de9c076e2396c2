"""Makes the server's SDK importable as ``forgesyte_sdk``, the name of the installed package.

Both names give the same module objects, so a ToolError is the same class whichever name it was
imported by. A ``forgesyte_sdk`` that is already imported is left alone.
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

NAME = "forgesyte_sdk"
HERE = __name__.rpartition(".")[0]


class _Alias:
    """Maps modules under ``NAME`` to those under ``HERE``.

    A finder and loader for importlib, without its base classes: importing those would take a tenth
    of a host's start-up time.
    """

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != NAME and not fullname.startswith(f"{NAME}."):
            return None
        return ModuleSpec(fullname, self, is_package=fullname == NAME)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        """Let importlib make an empty module; ``exec_module`` replaces it."""

    def exec_module(self, module: ModuleType) -> None:
        """Replace the empty module with the real one. Raises ImportError."""
        name = module.__name__
        sys.modules[name] = importlib.import_module(HERE + name.removeprefix(NAME))


def install() -> None:
    """Make ``forgesyte_sdk`` importable in this process."""
    if NAME not in sys.modules:
        sys.meta_path.insert(0, _Alias())
