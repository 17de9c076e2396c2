"""Warm hosts: as many as allowed, the least recently used go first."""

import os
import shutil

import pytest

from plugins_app.finding import registry
from plugins_app.host import HostPool
from tests.plugins.hosts import FIXTURES, call, host_processes, installed, unwatched

pytestmark = pytest.mark.slow


@pytest.fixture
def pool(fixture_plugins):
    made = HostPool(limit=2, idle_s=1000)
    yield made
    made.close()
    assert host_processes() == []


@pytest.fixture
def run(pool, picture, workdir):
    """Runs the first tool of a plugin in the pool's host and gives the host."""

    def run(plugin):
        host = pool.host(plugin)
        host.call(call("default", picture, workdir), unwatched)
        return host

    return run


def test_a_plugin_keeps_its_host(run):
    assert run(installed("good")) is run(installed("good"))
    assert len(host_processes()) == 1


def test_over_the_limit_the_least_recently_used_host_is_closed(run):
    good, trouble = run(installed("good")), run(installed("troublemaker"))
    run(installed("good"))
    run(installed("forgesyte-old"))
    assert good.alive
    assert not trouble.alive
    assert len(host_processes()) == 2


def test_new_code_of_a_plugin_replaces_the_host_of_the_old(run, settings, tmp_path):
    settings.PLUGIN_DIRS = [tmp_path / "plugins"]
    root = shutil.copytree(FIXTURES / "good", tmp_path / "plugins" / "good")
    registry.refresh()
    old = run(installed("good"))
    (root / "more.py").touch()
    registry.refresh()
    new = run(installed("good"))
    assert new is not old
    assert not old.alive
    assert len(host_processes()) == 1


def test_hosts_without_work_are_closed(fixture_plugins, picture, workdir):
    pool = HostPool(limit=2, idle_s=0)
    host = pool.host(installed("good"))
    host.call(call("default", picture, workdir), unwatched)
    pool.close_idle()
    assert not host.alive
    assert host_processes() == []


def test_busy_hosts_stay(pool, run):
    host = run(installed("good"))
    pool.close_idle()
    assert host.alive


def test_after_a_fork_the_hosts_stay_with_the_parent(pool, run, picture, workdir):
    host = run(installed("good"))
    child = os.fork()
    if child == 0:
        fresh = pool.host(installed("good"))
        ok = fresh is not host
        fresh.call(call("default", picture, workdir), unwatched)
        pool.close()
        os._exit(0 if ok else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert host.alive
    assert run(installed("good")) is host
