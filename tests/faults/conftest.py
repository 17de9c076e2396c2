"""Fixtures of the fault tests: plugins for tests, and real worker nodes."""

from pathlib import Path

import pytest

from plugins_app.finding import registry
from plugins_app.sync import sync_plugins
from tests.node import Node


@pytest.fixture
def plugins(settings, transactional_db):
    """The plugins of tests/plugins_for_tests, registered."""
    settings.PLUGIN_DIRS = [Path(__file__).parents[1] / "plugins_for_tests"]
    sync_plugins()
    yield
    settings.PLUGIN_DIRS = []
    registry.refresh()


@pytest.fixture
def make_node(plugins):
    """Starts worker nodes and leaves nothing of them behind."""
    nodes = []

    def start(workers=2, **env):
        node = Node(workers, **env)
        nodes.append(node)
        return node.start()

    yield start
    for node in nodes:
        node.end()
