"""A worker that is killed in the middle of an export costs an attempt, not the export."""

import io
import json
import signal
import zipfile

import pytest

from jobs.exporting import asking as exports
from jobs.exporting import choosing
from jobs.models import Artifact
from tests.exporting.drawn import detection, detections
from tests.exporting.running import finished
from tests.factories import make_results, make_user, media_row
from tests.node import Node, wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def storing(tmp_path):
    """What is stored is held in the middle, once; the file is gone when that has begun."""
    (tmp_path / "in_store").write_text("hold")
    return tmp_path / "in_store"


@pytest.fixture
def node(echo_plugin, settings, storing):
    settings.PLUGIN_DIRS = []
    found = Node(workers=1, FORGESYTE_FAIL_POINTS=str(storing.parent)).start()
    yield found
    found.end()


def test_an_export_is_whole_although_its_worker_was_killed(node, storing):
    ada = make_user("ada")
    many = detections(*[detection()] * 50)
    job = make_results(ada, *[(media_row(ada), "detections", many) for _ in range(40)])
    export = exports.request(ada, choosing.of_job(job), "coco")
    item = export.items.get()
    wait_until(lambda: not storing.exists(), what="storing the export")
    node.kill("fs-worker", signal.SIGKILL)

    def ended():
        item.refresh_from_db()
        return item.is_final

    wait_until(ended, what="the export's end")
    _artifact, data = finished(export)
    assert item.attempt == 2
    assert Artifact.objects.filter(item=item).count() == 1
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        assert json.loads(packed.read("manifest.json"))["selected"] == 40
