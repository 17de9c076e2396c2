"""The OCR plugin, loaded once for all tests that need its models."""

import importlib.util

import pytest

from tests.plugins.ocr.helpers import PLUGIN


def load_plugin():
    """The plugin's module, under a name that no other plugin's `plugin.py` takes."""
    spec = importlib.util.spec_from_file_location("ocr_plugin_under_test", PLUGIN / "plugin.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def ocr_plugin():
    """The plugin with its models loaded."""
    plugin = load_plugin().Plugin()
    plugin.on_load()
    return plugin


@pytest.fixture
def extract(ocr_plugin, tmp_path):
    """Runs extract_text on a Pillow picture (saved as `fmt`) or on a path."""

    def run(picture, fmt="PNG", params=None, **save):
        path = picture
        if hasattr(picture, "save"):
            path = tmp_path / "upload"  # stored uploads have no extension
            picture.save(path, format=fmt, **save)
        return ocr_plugin.run_tool("extract_text", {"image_path": str(path), **(params or {})})

    return run
