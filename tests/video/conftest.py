"""The film plugin in a host, and videos for it."""

from pathlib import Path

import pytest

from plugins_app.finding import registry
from plugins_app.host import Call, PluginHost
from tests.plugins.hosts import unwatched

PLUGINS = Path(__file__).resolve().parents[1] / "plugins_for_tests"


@pytest.fixture
def film(settings, tmp_path):
    """Runs a tool of the film plugin in a real host: (tool, path, **params) -> HostResult."""
    settings.PLUGIN_DIRS = [PLUGINS]
    registry.refresh()
    host = PluginHost(registry.get("film"))
    count = 0

    def run(tool, path, on_beat=unwatched, memory_mb=1024, **params):
        nonlocal count
        count += 1
        workdir = tmp_path / f"work{count}"
        workdir.mkdir()
        params = {"every": 1, "spoil": -1, "pad": 0, **params}
        call = Call(tool, Path(path), params, {}, workdir, 120, memory_mb, "video")
        return host.call(call, on_beat, 0.1)

    yield run
    host.close()
    settings.PLUGIN_DIRS = []
    registry.refresh()
