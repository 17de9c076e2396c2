"""An export is a job like every other: queued, fenced, traced, deleted."""

import hashlib
import io
import json
import zipfile
from datetime import timedelta

import pytest

from jobs import storage
from jobs.engine.deletion import delete_job, delete_media
from jobs.engine.sweep import sweep
from jobs.exporting import asking as exports
from jobs.exporting import choosing
from jobs.models import Artifact, Blob, Job, JobItem, Media
from jobs.refusal import Refusal
from jobs.submission import retry
from plugins_app.finding import registry
from plugins_app.manifests.manifest import Manifest
from tests.exporting.drawn import detection, detections, mask_result, text_result, tracks
from tests.exporting.running import exported, finished
from tests.factories import make_result, make_results, make_user, media_row, picture, run_jobs

pytestmark = pytest.mark.usefixtures("plugins")
FOUND = detections(detection())


def chosen(owner, *items):
    return choosing.by_ids(owner, [one.pk for one in items])


def manifest_of(data):
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return json.loads(packed.read("manifest.json"))


def two_results(owner):
    return [make_result(owner, "detections", FOUND, name) for name in ("кот.png", "b.png")]


def test_the_file_has_a_digest_of_everything_in_it_and_of_its_sources(ada):
    items = two_results(ada)
    artifact, data = exported(ada, items, "coco")
    manifest = manifest_of(data)
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        for file in manifest["files"]:
            content = packed.read(file["name"])
            assert hashlib.sha256(content).hexdigest() == file["sha256"]
            assert len(content) == file["size_bytes"]
    assert [(one["filename"], one["result_sha256"]) for one in manifest["sources"]] == [
        (one.media.filename, one.result_sha256) for one in items
    ]
    assert exports.file_name(artifact) == "2 results-coco.zip"
    assert artifact.item.run["input_sha256"] == artifact.item.media.blob.sha256


def test_the_same_selection_gives_the_same_bytes(ada):
    readable = media_row(ada, "p.png", data=picture())
    made = make_results(
        ada,
        (readable, "text", text_result(("hello", (1, 1, 20, 9)))),
        (media_row(ada), "detections", FOUND),
        (media_row(ada, "v.mp4", "video", frames=3), "tracks", tracks(3)),
        (media_row(ada), "masks", mask_result()),
    )
    results = choosing.of_job(made)
    for tool in exports.formats():
        first = finished_after_run(exports.request(ada, results, tool.id))
        delete_job(first[0].item.job)
        second = finished_after_run(exports.request(ada, list(reversed(results)), tool.id))
        assert first[1] == second[1], tool.id


def finished_after_run(job):
    run_jobs()
    return finished(job)


def test_asking_again_makes_no_second_export(ada):
    results = chosen(ada, *two_results(ada))
    job = exports.request(ada, results, "coco")
    assert exports.request(ada, results[::-1], "coco") == job, "while it waits"
    run_jobs()
    assert exports.request(ada, results, "coco", {"segmentation": "rle"}) == job, "when it is made"
    others = [
        exports.request(ada, results, "coco", {"segmentation": "polygons"}),
        exports.request(ada, results, "yolo"),
        exports.request(ada, results[:1], "coco"),
    ]
    assert job not in others
    assert Blob.objects.filter(kind="selection").count() == 2


def test_a_newer_version_of_a_format_makes_it_anew(ada, monkeypatch):
    results = chosen(ada, *two_results(ada))
    job = exports.request(ada, results, "coco")
    manifest = registry.get("exports").manifest
    newer = Manifest(**{**vars(manifest), "version": "99"})
    monkeypatch.setattr(exports, "exporter", lambda: newer)
    assert exports.request(ada, results, "coco") != job


def test_what_was_deleted_meanwhile_is_told(ada):
    gone, lost, kept = (make_result(ada, "detections", FOUND, f"{n}.png") for n in range(3))
    job = exports.request(ada, chosen(ada, gone, lost, kept), "coco")
    delete_media(gone.media)
    storage.delete([lost.result.name])
    run_jobs()
    manifest = manifest_of(finished(job)[1])
    assert [one["result_id"] for one in manifest["sources"]] == [str(kept.pk)]
    reasons = {one["result_id"]: one["reason"] for one in manifest["missing"]}
    assert reasons[str(gone.pk)] == "It was deleted after it had been selected."
    assert reasons[str(lost.pk)] == "Its file is gone from the server's storage."
    assert manifest["selected"] == 3


def test_where_everything_was_deleted_it_fails_with_that_reason(ada):
    gone = make_result(ada, "detections", FOUND)
    job = exports.request(ada, chosen(ada, gone), "coco")
    delete_media(gone.media)
    run_jobs()
    item = job.items.get()
    assert (item.status, item.error_type) == ("failed", "unsupported_input")
    assert "have been deleted" in item.error_message


def test_a_result_that_became_somebody_elses_is_not_exported(ada):
    one = make_result(ada, "detections", FOUND)
    job = exports.request(ada, chosen(ada, one), "coco")
    Job.objects.filter(pk=one.job_id).update(owner=make_user("eve"))
    run_jobs()
    assert job.items.get().status == "failed"


def test_only_ones_own_completed_results_can_be_chosen(ada):
    eve = make_user("eve")
    own, foreign = make_result(ada, "detections", FOUND), make_result(eve, "detections", FOUND)
    waiting = make_result(ada, "detections", FOUND)
    JobItem.objects.filter(pk=waiting.pk).update(status="running")
    export = exports.request(ada, chosen(ada, own), "coco")
    run_jobs()
    export_item = export.items.get()
    assert [one.id for one in chosen(ada, own, foreign, waiting, export_item)] == [own.pk]


def test_a_format_without_a_place_for_any_of_them_is_refused(ada):
    results = chosen(ada, make_result(ada, "text", text_result()))
    with pytest.raises(Refusal, match=r"does not support .* text.*: csv, jsonl, text, hocr, pdf"):
        exports.request(ada, results, "coco")
    with pytest.raises(Refusal, match="Did you mean"):
        exports.request(ada, results, "hcor")
    assert not Blob.objects.filter(kind="selection").exists()


def test_a_job_gives_its_results_and_those_that_stand_for_skipped_items(ada):
    earlier = make_result(ada, "detections", FOUND)
    job = make_results(ada, (media_row(ada), "detections", FOUND), (earlier.media, "text", {}))
    skipped = job.items.get(position=1)
    JobItem.objects.filter(pk=skipped.pk).update(status="skipped", result="", reused=earlier)
    found = {one.id for one in choosing.of_job(job)}
    assert found == {job.items.get(position=0).pk, earlier.pk}


def test_media_give_the_newest_result_of_each_tool(ada):
    medium = media_row(ada)
    make_results(ada, (medium, "detections", FOUND))
    newer = make_results(ada, (medium, "detections", FOUND), (medium, "text", text_result()))
    found = choosing.newest_of(ada, [medium.pk])
    assert {one.id for one in found} == set(newer.items.values_list("pk", flat=True))
    only = choosing.newest_of(ada, [medium.pk], "drawn/text")
    assert [one.tool for one in only] == ["text"]
    assert choosing.newest_of(make_user("eve"), [medium.pk]) == []


def test_deleting_an_export_leaves_nothing_of_it(ada, settings, django_capture_on_commit_callbacks):
    results = chosen(ada, *two_results(ada))
    first, second = (exports.request(ada, results, name) for name in ("coco", "csv"))
    run_jobs()
    with django_capture_on_commit_callbacks(execute=True):
        delete_job(first)
    assert Blob.objects.filter(kind="selection").count() == 1, "the other one needs it"
    with django_capture_on_commit_callbacks(execute=True):
        delete_job(second)
    assert not Blob.objects.filter(kind="selection").exists()
    assert not Artifact.objects.exists()
    left = [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]
    assert not [path for path in left if "selection" in path.parts]
    assert len(left) == 6, "two media, their small pictures and results"


def test_the_sweep_knows_selections(ada):
    exported(ada, two_results(ada), "coco")
    orphan = storage.save_bytes("selection/input/orphan.json", b"{}").name
    assert sweep(timedelta(seconds=-5)).files == [orphan]


def test_a_failed_export_can_be_tried_again(ada):
    one = make_result(ada, "detections", FOUND)
    job = exports.request(ada, chosen(ada, one), "coco", {"min_score": 0.5})
    with pytest.raises(Refusal, match="not ended"):
        exports.again(job)
    with storage.open_file(one.result.name) as file:
        data = file.read()
    storage.delete([one.result.name])
    run_jobs()
    assert job.items.get().status == "failed"
    storage.save_bytes(one.result.name, data)
    job.refresh_from_db()
    again = exports.again(job)
    assert again != job
    run_jobs()
    assert finished(again)[0].item.run["params"] == {"min_score": 0.5, "segmentation": "rle"}
    with pytest.raises(Refusal, match="Ask for the export again"):
        retry(job)


@pytest.mark.slow
def test_two_thousand_results_need_no_more_memory_than_a_few(ada, settings):
    few = make_results(ada, *[(media_row(ada), "detections", FOUND) for _ in range(20)])
    peak_of_few = peak(exports.request(ada, choosing.of_job(few), "coco"))
    medium = media_row(ada)
    many = make_results(ada, (medium, "detections", detections(*[detection()] * 3)))
    item = many.items.get()
    JobItem.objects.bulk_create(copies(item, 2000), batch_size=500)
    job = exports.request(ada, choosing.of_job(many), "coco")
    assert peak(job) < peak_of_few + 40 * 1024 * 1024
    found = finished(job)[1]
    assert manifest_of(found)["selected"] == 2001


def copies(item, count):
    """Rows that share one result's file."""
    for number in range(1, count + 1):
        values = {f.attname: getattr(item, f.attname) for f in JobItem._meta.fields}
        values.pop("id")
        yield JobItem(**values | {"position": number})


def peak(job):
    run_jobs()
    return finished(job)[0].item.run["peak_rss_bytes"]


def test_gathering_takes_few_queries(ada, django_assert_max_num_queries, tmp_path):
    from jobs.exporting.entries import write_entries
    from jobs.exporting.selections import document

    job = make_results(ada, *[(media_row(ada), "detections", FOUND) for _ in range(30)])
    selection = tmp_path / "selection.json"
    selection.write_bytes(document(choosing.of_job(job)))
    with django_assert_max_num_queries(4):
        path = write_entries(job.pk, selection, tmp_path, pictures=True, on_beat=print)
    assert len(path.read_text().splitlines()) == 30


def test_selections_are_no_uploads(ada):
    exported(ada, two_results(ada), "coco")
    assert Media.objects.filter(blob__kind="selection").count() == 1
    assert Media.objects.uploads().count() == 2
