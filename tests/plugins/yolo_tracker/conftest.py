"""The YOLO plugin with models that are made here."""

import importlib.util
import sys
from pathlib import Path

import pytest

PLUGIN = Path(__file__).resolve().parents[3] / "plugins_app" / "builtin" / "yolo-tracker"

if str(PLUGIN) not in sys.path:  # the host does the same before it imports `plugin`
    sys.path.insert(0, str(PLUGIN))


def load_plugin():
    """The plugin's module, under a name that no other plugin's `plugin.py` takes."""
    spec = importlib.util.spec_from_file_location("yolo_plugin_under_test", PLUGIN / "plugin.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def plugin(monkeypatch):
    """Makes the plugin, as the host does, with the models that a setting names."""

    def make(*models):
        monkeypatch.setenv("YOLO_MODEL", ":".join(map(str, models)))
        made = load_plugin().Plugin()
        made.on_load()
        return made

    return make
