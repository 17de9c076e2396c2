"""The motion tracker, run on drawn videos."""

import importlib.util
import sys
from pathlib import Path

import pytest

from tests.plugins import drawn_video
from tests.plugins.drawn_video import whole

PLUGIN = Path(__file__).resolve().parents[3] / "plugins_app" / "builtin" / "motion-tracker"

if str(PLUGIN) not in sys.path:  # the host does the same before it imports `plugin`
    sys.path.insert(0, str(PLUGIN))


def load_plugin():
    """The plugin's module, under a name that no other plugin's `plugin.py` takes."""
    spec = importlib.util.spec_from_file_location("motion_plugin_under_test", PLUGIN / "plugin.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="session")
def motion_plugin():
    """The plugin, loaded."""
    plugin = load_plugin().Plugin()
    plugin.on_load()
    return plugin


@pytest.fixture
def on_frames(motion_plugin, tmp_path):
    """Runs a tool on frames that were drawn."""

    def run(tool, images, **params):
        video = drawn_video.write(tmp_path / "video.avi", images)
        result = motion_plugin.run_tool(tool, {"video_path": str(video), **params})
        return whole(result) if tool == "video_track" else result

    return run


@pytest.fixture
def track(on_frames):
    """Tracks squares in a video of ``count`` frames."""

    def run(squares, count, behind=(), size=(480, 360), **params):
        images = drawn_video.frames(squares, count, behind=behind, size=size)
        return on_frames("video_track", images, **params)

    return run
