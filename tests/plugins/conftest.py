"""Plugins that work, and plugins that go wrong in every way."""

import pytest

from plugins_app.finding import registry
from plugins_app.host import HostFailure, PluginHost
from tests.plugins.hosts import (
    FIXTURES,
    call,
    host_processes,
    ignore_earlier_hosts,
    installed,
    unwatched,
)


@pytest.fixture(autouse=True)
def _only_own_hosts():
    """A test counts the processes of its own hosts."""
    ignore_earlier_hosts()


@pytest.fixture
def fixture_plugins(settings, monkeypatch):
    """The plugins in tests/plugins/fixtures are installed, for this test."""
    settings.PLUGIN_DIRS = [FIXTURES]
    monkeypatch.setenv("TROUBLE_VARIABLE", "wanted")
    registry.refresh()
    yield FIXTURES
    settings.PLUGIN_DIRS = []
    registry.refresh()


@pytest.fixture
def picture(tmp_path):
    """A file to hand to tools; they do not decode it."""
    path = tmp_path / "picture.png"
    path.write_bytes(b"0123456789")
    return path


@pytest.fixture
def workdir(tmp_path):
    """The work folder of a call."""
    folder = tmp_path / "work"
    folder.mkdir()
    return folder


@pytest.fixture
def trouble(fixture_plugins, picture, workdir):
    """Runs a tool of the troublemaker and gives its failure, with the host it happened in.

    Afterwards no process of any host may be left.
    """
    hosts = []

    def run(tool, plugin="troublemaker", on_beat=unwatched, beat_s=0.1, **changes):
        host = PluginHost(installed(plugin))
        hosts.append(host)
        with pytest.raises(HostFailure) as caught:
            host.call(call(tool, picture, workdir, **changes), on_beat, beat_s)
        return caught.value, host

    yield run
    for host in hosts:
        host.close()
    assert host_processes() == []


@pytest.fixture
def host(fixture_plugins):
    """A host of the troublemaker; closed afterwards, with nothing left."""
    made = PluginHost(installed("troublemaker"))
    yield made
    made.close()
    assert host_processes() == []
