"""What of output kinds handles pixels: drawing and comparing, with numpy and OpenCV.

Loaded in hosts alone. A kind without a file here is drawn and compared by the boxes of its things.
"""

from functools import cache
from importlib import import_module
from importlib.util import find_spec

from plugins_app.outputs.pixels.base import KindPixels


@cache
def pixels_of(name: str) -> KindPixels:
    """How results of the kind of this name are drawn and compared."""
    module = f"{__name__}.{name}"
    kind = import_module(module).PIXELS if find_spec(module) else KindPixels
    found: KindPixels = kind(name)
    return found
