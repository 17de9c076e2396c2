"""The segment plugin as the host runs it, on pictures given as arrays."""

import importlib.util
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

from plugins_app import sdk

PLUGIN = Path(__file__).resolve().parents[3] / "plugins_app" / "builtin" / "segment"

if str(PLUGIN) not in sys.path:  # the host does the same before it imports `plugin`
    sys.path.insert(0, str(PLUGIN))


def load_plugin():
    """The plugin's module, under a name that no other plugin's `plugin.py` takes."""
    spec = importlib.util.spec_from_file_location("segment_plugin_under_test", PLUGIN / "plugin.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(autouse=True)
def no_models(monkeypatch):
    """The operator has provided nothing, unless the test says so."""
    for part in ("SAM2_ENCODER", "SAM2_DECODER", "SAM3_MODEL", "SAM3_TOKENIZER"):
        monkeypatch.delenv(f"SEGMENT_{part}", raising=False)


@pytest.fixture
def plugin():
    """The plugin, loaded."""
    made = load_plugin().Plugin()
    made.on_load()
    return made


@pytest.fixture
def run(plugin, tmp_path):
    """Runs a tool on a picture (an array, or the path of a file)."""

    def go(tool, image, **args):
        path = image
        if isinstance(image, np.ndarray):
            path = tmp_path / "picture.png"
            cv2.imwrite(str(path), image)
        return plugin.run_tool(tool, {"image_path": str(path), **args})

    return go


@pytest.fixture
def masks():
    """The masks (H, W) bool of a result, after a look at whether its numbers fit them."""

    def decode(result):
        found = []
        for entry in result["masks"]:
            mask = sdk.decode_mask(entry["rle"])
            assert mask.shape == (result["height"], result["width"])
            assert entry["area"] == mask.sum() > 0
            assert entry["bbox"] == list(cv2.boundingRect(mask.astype(np.uint8)))
            assert 0 <= entry["score"] <= 1
            found.append(mask)
        return found

    return decode
