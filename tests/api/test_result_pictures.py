"""GET /v1/results/{item_id}/mask and /overlay"""

import contextlib
import io
import threading

import numpy as np
import pytest
from django.db import connection
from PIL import Image

from jobs import storage
from jobs.annotating import rules as annotations
from jobs.annotating.rules import Draft
from jobs.drawing import pictures
from jobs.engine.deletion import delete_job, delete_media
from jobs.engine.sweep import sweep
from jobs.models import Artifact
from jobs.refusal import Refusal
from tests.api.asserts import assert_problem
from tests.factories import make_finished_job, make_job, make_media, make_video, picture
from tests.plugins.hosts import frozen_hosts


@pytest.fixture
def image(owner, echo_plugin):
    made = make_media(owner, "Münze.png", picture(40, 30))
    annotations.add(made, [Draft(bbox=[2, 4, 10, 8]), Draft(bbox=[20, 10, 8, 8])])
    return made


@pytest.fixture
def item(owner, image):
    return make_finished_job(owner, [image], "marker", ["inside_box"]).items.get()


@pytest.fixture
def fetch(client, item):
    return lambda what, **headers: client.get(f"/v1/results/{item.pk}/{what}", headers=headers)


def opened(response):
    return Image.open(io.BytesIO(response.getvalue()))


def test_the_mask_is_a_picture_of_numbers(fetch):
    response = fetch("mask")
    made = np.asarray(opened(response))
    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert made.shape == (30, 40)
    assert (made[4, 2], made[10, 20], made[0, 0]) == (1, 2, 0)


def test_one_mask_alone(fetch):
    assert set(np.unique(opened(fetch("mask?instance=2")))) == {0, 255}
    assert_problem(fetch("mask?instance=3"), 404, "no mask 3")


@pytest.mark.parametrize("number", ["0", "-1", "x", "", "70000", "9" * 5000, "%C2%B2"])
def test_a_number_that_is_none_is_refused(fetch, number):
    assert_problem(fetch(f"mask?instance={number}"), 422, "instance")


def test_the_overlay_is_a_picture_under_the_images_name(fetch):
    response = fetch("overlay")
    assert opened(response).format == "JPEG"
    assert "M%C3%BCnze-overlay.jpg" in response["Content-Disposition"]
    assert response["Content-Disposition"].startswith("inline")


def test_it_is_made_once_and_known_by_its_etag(fetch, item):
    first = fetch("overlay")
    again = fetch("overlay", if_none_match=first["ETag"])
    assert again.status_code == 304
    assert fetch("overlay", range="bytes=0-9").status_code == 206
    assert item.artifacts.count() == 1
    assert item.artifacts.get().kind == "overlay"


def test_pictures_are_not_listed_among_the_files_of_the_tool(fetch, client, item):
    fetch("mask")
    assert client.get(f"/v1/results/{item.pk}").json()["artifacts"] == []


@pytest.mark.django_db(transaction=True)
def test_many_requests_at_once_make_one_picture(item, monkeypatch):
    """As if they came to different processes: none waits for the others' turn."""
    everybody = threading.Barrier(3)

    kept = pictures.keep

    def together(row):
        everybody.wait(120)
        return kept(row)

    monkeypatch.setattr(pictures, "ONE_AT_A_TIME", contextlib.nullcontext())
    monkeypatch.setattr(pictures, "keep", together)
    got, folder = [], f"{item.media.kind}/output/{item.job_id}/{item.pk}/drawn"

    def ask():
        try:
            got.append(pictures.overlay_of(item).pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=ask) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    row = item.artifacts.get()
    assert got == [row.pk] * 3
    files = storage.default_storage.listdir(folder)[1]
    assert [f"{folder}/{name}" for name in files] == [row.file.name]


@pytest.mark.parametrize("delete", [lambda i: delete_job(i.job), lambda i: delete_media(i.media)])
def test_they_go_with_the_job_or_the_image(fetch, item, delete, django_capture_on_commit_callbacks):
    fetch("mask")
    fetch("overlay")
    names = [row.file.name for row in item.artifacts.all()]
    with django_capture_on_commit_callbacks(execute=True):
        delete(item)
    assert len(names) == 2
    assert not any(map(storage.exists, names))


def test_the_sweep_leaves_them_and_takes_their_orphans(fetch, item):
    fetch("overlay")
    row = item.artifacts.get()
    assert row.file.name not in sweep(min_age=-pictures_age()).files
    Artifact.objects.all().delete()
    assert row.file.name in sweep(min_age=-pictures_age()).files


def pictures_age():
    from datetime import timedelta

    return timedelta(hours=1)


def test_a_picture_of_a_result_that_was_deleted_meanwhile_leaves_no_file(item, monkeypatch):
    saved = []

    def save_and_delete(name, path, save=storage.save_path):
        saved.append(save(name, path))
        type(item).objects.filter(pk=item.pk).delete()
        return saved[-1]

    monkeypatch.setattr(storage, "save_path", save_and_delete)
    with pytest.raises(Refusal, match="deleted"):
        pictures.overlay_of(item)
    assert not storage.exists(saved[0].name)


class TestRefusals:
    @pytest.mark.parametrize("what", ["mask", "overlay"])
    def test_of_a_video_they_point_to_its_preview(self, client, owner, echo_plugin, what):
        item = make_job(owner, [make_video(owner)], "echo", ["watch"]).items.get()
        text = f"/v1/results/{item.pk}/preview"
        assert_problem(client.get(f"/v1/results/{item.pk}/{what}"), 409, text)

    def test_what_has_no_result(self, client, owner, image):
        item = make_job(owner, [image], "marker", ["inside_box"]).items.get()
        assert_problem(client.get(f"/v1/results/{item.pk}/overlay"), 409, "pending")

    def test_a_text_has_no_masks_but_an_overlay(self, client, owner, image):
        item = make_finished_job(owner, [image], "echo", ["read"]).items.get()
        assert_problem(client.get(f"/v1/results/{item.pk}/mask"), 409, "no masks")
        assert client.get(f"/v1/results/{item.pk}/overlay").status_code == 200

    @pytest.mark.parametrize("gone", ["result", "image"])
    def test_files_that_are_gone(self, fetch, item, gone):
        name = item.result.name if gone == "result" else item.media.blob.file.name
        storage.delete([name])
        assert_problem(fetch("overlay"), 410, f"The {gone} is gone")

    def test_a_full_disk(self, fetch, settings):
        settings.FREE_DISK_FLOOR_BYTES = 1 << 60
        response = fetch("overlay")
        assert_problem(response, 503, "nearly full")
        assert response["Retry-After"]

    def test_nobody_waits_for_ever(self, fetch, monkeypatch):
        monkeypatch.setattr(pictures.ONE_AT_A_TIME, "patience_s", 0.01)
        with pictures.ONE_AT_A_TIME:
            assert_problem(fetch("overlay"), 503, "Try again")

    def test_a_result_that_breaks_the_drawing_hurts_nobody_else(self, fetch, settings):
        assert fetch("mask").status_code == 200
        settings.PROBE_TIMEOUT_S = 0.2
        with frozen_hosts():
            assert_problem(fetch("overlay"), 409, "too long")
        settings.PROBE_TIMEOUT_S = 60
        assert fetch("overlay").status_code == 200
