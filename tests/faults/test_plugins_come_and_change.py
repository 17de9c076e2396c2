"""Plugins that come or change while a worker runs."""

import json

import pytest

from jobs.models import Job
from jobs.results import document
from plugins_app.finding import registry
from plugins_app.sync import sync_plugins
from tests.factories import make_job, make_user
from tests.faults.invariants import wait_for_the_end
from tests.node import Node

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

CODE = """
class Plugin:
    def run_tool(self, tool_name, args):
        return {"said": %r}
"""


def install(folder, word):
    folder.mkdir(exist_ok=True)
    tool = {"id": "do", "title": "Do", "inputs": ["image_path"], "output": "json"}
    manifest = {"id": "newcomer", "name": "Newcomer", "version": "1", "tools": [tool]}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    (folder / "plugin.py").write_text(CODE % word)
    sync_plugins()


def result_of_a_job() -> object:
    job = make_job(make_user(), plugin="newcomer", tools=["do"])
    wait_for_the_end(job)
    item = Job.objects.get(pk=job.pk).items.get()
    assert item.status == "completed", item.error_message
    return document.load(item)


def test_sync_reaches_workers_that_run(settings, tmp_path, transactional_db):
    settings.PLUGIN_DIRS = [tmp_path / "plugins"]
    settings.PLUGIN_DIRS[0].mkdir()
    node = Node(1).start()
    try:
        install(settings.PLUGIN_DIRS[0] / "newcomer", "first")
        assert "first" in json.dumps(result_of_a_job())
        install(settings.PLUGIN_DIRS[0] / "newcomer", "second")
        assert "second" in json.dumps(result_of_a_job())
    finally:
        node.end()
        settings.PLUGIN_DIRS = []
        registry.refresh()
