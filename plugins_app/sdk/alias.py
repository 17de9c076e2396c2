"""``forgesyte_sdk``, the name that the SDK is installed under, where the server has it.

The modules are the same objects, so a ToolError is one, whichever name it was imported by. That
holds for an installed ``forgesyte_sdk`` too, which is left alone.
"""

import importlib
import sys
from collections.abc import Sequence
from importlib.machinery import ModuleSpec
from types import ModuleType

NAME = "forgesyte_sdk"
HERE = __name__.rpartition(".")[0]


class _Alias:
    """Finds modules below ``NAME`` below ``HERE``: a finder and loader of importlib, without its
    base classes, whose import takes a tenth of the time that a host takes to start."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if fullname != NAME and not fullname.startswith(f"{NAME}."):
            return None
        return ModuleSpec(fullname, self, is_package=fullname == NAME)  # type: ignore[arg-type]

    def create_module(self, spec: ModuleSpec) -> None:
        """An empty one will do."""

    def exec_module(self, module: ModuleType) -> None:
        """Put the real module in the place of the empty one. Raises ImportError."""
        name = module.__name__
        sys.modules[name] = importlib.import_module(HERE + name.removeprefix(NAME))


def install() -> None:
    """Make ``forgesyte_sdk`` importable in this process."""
    if NAME not in sys.modules:
        sys.meta_path.insert(0, _Alias())
