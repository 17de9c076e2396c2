"""Exports where files are far away, and where many ask at once."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from jobs import storage
from jobs.exporting import asking as exports
from jobs.exporting import choosing
from jobs.models import Blob, Job
from tests.exporting.drawn import detection, detections, text_result
from tests.exporting.running import exported
from tests.factories import make_result, make_results, make_user, media_row, picture


class Remote:
    """An object store as far as callers can tell: it has no paths."""

    def __init__(self, local):
        self._local = local

    def __getattr__(self, name):
        return getattr(self._local, name)

    def path(self, _name):
        raise NotImplementedError


@pytest.mark.usefixtures("plugins")
def test_results_and_pictures_are_fetched_from_an_object_store(ada, monkeypatch, settings):
    medium = media_row(ada, "p.png", data=picture())
    lines = text_result(("hello", (1, 1, 20, 9)))
    job = make_results(ada, (medium, "text", lines), (medium, "text", lines))
    monkeypatch.setattr(storage, "default_storage", Remote(storage.default_storage))
    artifact, _data = exported(ada, list(job.items.all()), "pdf")
    assert artifact.item.status == "completed"
    assert list(settings.UPLOAD_DIR.iterdir()) == [], "nothing stays behind"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_many_requests_at_once_make_one_export(echo_plugin, settings):
    ada = make_user("ada")
    results = choosing.by_ids(ada, [make_result(ada, "detections", detections(detection())).pk])

    def ask(_number):
        try:
            return exports.request(ada, results, "coco").pk
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        made = set(pool.map(ask, range(12)))
    assert len(made) == Job.objects.filter(plugin_id="exports").count() == 1
    assert Blob.objects.filter(kind="selection").count() == 1
    kept = [path for path in settings.MEDIA_ROOT.rglob("*.json") if "selection" in path.parts]
    assert len(kept) == 1
