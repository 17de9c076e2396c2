"""The pages of exports, with and without scripts."""

import pytest
from django.test import Client
from django.urls import reverse

from jobs.engine.deletion import delete_job
from jobs.exporting import asking as exports
from jobs.exporting import choosing
from jobs.models import Job, Media
from tests.exporting.drawn import detection, detections, text_result
from tests.factories import make_result, make_results, make_user, media_row, run_jobs

pytestmark = pytest.mark.usefixtures("plugins")
FOUND = detections(detection())
NEW = "/exports/new"


@pytest.fixture
def visitor(ada):
    """Ada's browser, logged in."""
    found = Client()
    found.force_login(ada)
    return found


@pytest.fixture
def job(ada):
    """A batch of two pictures: one with boxes, one with a text."""
    return make_results(
        ada,
        (media_row(ada, "кот.png"), "detections", FOUND),
        (media_row(ada, "b.png"), "text", text_result(("hi", (1, 1, 9, 9)))),
    )


def started(visitor, **data):
    answer = visitor.post(NEW, {"step": "start", **data})
    assert answer.status_code == 302, answer.content.decode()
    return Job.objects.get(pk=answer.url.rpartition("/")[2])


def test_a_job_is_exported_from_its_page(visitor, job):
    page = visitor.get(reverse("job", args=[job.pk])).content.decode()
    where = f"{NEW}?job={job.pk}"
    assert where in page
    form = visitor.get(where).content.decode()
    assert "Export 2 results" in form
    assert 'value="coco"' in form
    assert "1 of 2 results fit" in form
    export = started(visitor, job=job.pk, format="coco", **{"coco:segmentation": "polygons"})
    assert export.tool_params["coco"]["segmentation"] == "polygons"
    waiting = visitor.get(reverse("export", args=[export.pk])).content.decode()
    assert "COCO of 2 results" in waiting
    assert "hx-get" in waiting
    run_jobs()
    made = visitor.get(reverse("export", args=[export.pk])).content.decode()
    assert reverse("api-export-file", args=[export.pk]) in made
    assert "2 results-coco.zip" in made
    assert "1 of 2 results" in made
    assert "support results of the kind text" in made
    assert "hx-get" not in made


def test_only_formats_with_a_place_for_it_are_offered(visitor, ada):
    one = make_result(ada, "text", text_result())
    form = visitor.get(f"{NEW}?result={one.pk}").content.decode()
    assert 'value="hocr"' in form
    assert 'value="coco"' not in form


def test_one_result_is_exported_from_its_page_and_its_history(visitor, job):
    item = job.items.get(position=0)
    for where in (reverse("item", args=[job.pk, item.pk]),
                  reverse("library-history", args=[item.media_id])):  # fmt: skip
        assert f"{NEW}?result={item.pk}" in visitor.get(where).content.decode()
    export = started(visitor, result=item.pk, format="csv")
    run_jobs()
    assert "CSV of кот.png" in visitor.get(reverse("export", args=[export.pk])).content.decode()


def test_a_selection_of_the_library_is_exported(visitor, job):
    media = [str(pk) for pk in job.items.values_list("media_id", flat=True)]
    assert f'formaction="{NEW}"' in visitor.get(reverse("library")).content.decode()
    form = visitor.post(NEW, {"media": media, "query": "kind=image"}).content.decode()
    assert "Export 2 results" in form
    assert f'name="media" value="{media[0]}"' in form
    everything = visitor.post(NEW, {"all": "1", "query": ""}).content.decode()
    assert "Export 2 results" in everything
    export = started(visitor, media=media, format="jsonl", of="drawn/text")
    assert export.items.get().media.blob.probe["results"] == 1


def test_without_results_there_is_nothing_to_choose(visitor, ada):
    medium = media_row(ada)
    answer = visitor.post(NEW, {"media": str(medium.pk)}, follow=True)
    assert "no result to export" in answer.content.decode()


def test_mistakes_are_shown_at_their_field(visitor, job):
    sent = {"step": "start", "job": job.pk, "format": "coco", "coco:min_score": "7"}
    answer = visitor.post(NEW, sent)
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "marked below" in page
    assert 'value="7"' in page
    missing = visitor.post(NEW, {"step": "start", "job": job.pk, "format": "nothing"})
    assert "There is no format" in missing.content.decode()


def test_other_peoples_things_can_not_be_chosen(visitor):
    eve = make_user("eve")
    theirs = make_result(eve, "detections", FOUND)
    assert visitor.get(f"{NEW}?job={theirs.job_id}").status_code == 404
    assert visitor.get(f"{NEW}?result={theirs.pk}").status_code == 404
    assert visitor.get(f"{NEW}?job=nonsense").status_code == 404
    answer = visitor.post(NEW, {"media": str(theirs.media_id), "step": "start", "format": "coco"})
    assert answer.url == reverse("library")
    assert not Job.objects.filter(plugin_id="exports").exists()


def test_the_list_offers_download_and_deletion(visitor, ada, job):
    assert "No exports yet" in visitor.get(reverse("exports")).content.decode()
    export = exports.request(ada, choosing.of_job(job), "jsonl")
    run_jobs()
    page = visitor.get(reverse("exports")).content.decode()
    assert "JSON Lines of 2 results" in page
    assert reverse("api-export-file", args=[export.pk]) in page
    gone = visitor.post(reverse("export-delete", args=[export.pk]), follow=True).content.decode()
    assert "The export was deleted" in gone
    assert not Job.objects.filter(pk=export.pk).exists()
    assert Job.objects.filter(pk=job.pk).exists()


def test_a_failed_export_says_why_and_can_be_tried_again(visitor, ada):
    broken = make_result(ada, "detections", b"no json")
    export = exports.request(ada, choosing.by_ids(ada, [broken.pk]), "coco")
    run_jobs()
    page = visitor.get(reverse("export", args=[export.pk])).content.decode()
    assert "can&#x27;t be read as JSON" in page
    again = visitor.post(reverse("export-again", args=[export.pk]))
    assert again.url != reverse("export", args=[export.pk])


def test_a_waiting_export_can_be_canceled(visitor, ada, job):
    export = exports.request(ada, choosing.of_job(job), "jsonl")
    where = reverse("export", args=[export.pk])
    assert visitor.post(reverse("export-cancel", args=[export.pk])).url == where
    assert "It was canceled before it was made" in visitor.get(where).content.decode()


def test_the_page_of_a_deleted_export_is_told_and_asks_no_more(visitor, ada, job):
    export = exports.request(ada, choosing.of_job(job), "jsonl")
    where = reverse("export", args=[export.pk]) + "?live=0123"
    delete_job(export)
    answer = visitor.get(where, headers={"HX-Request": "true"})
    assert answer.status_code == 286
    assert "The export was deleted" in answer.content.decode()


def test_jobs_and_library_do_not_show_what_exports_are_made_of(visitor, ada, job):
    export = exports.request(ada, choosing.of_job(job), "jsonl")
    run_jobs()
    selection = Media.objects.get(blob__kind="selection")
    assert str(export.pk) not in visitor.get(reverse("jobs")).content.decode()
    assert str(selection.pk) not in visitor.get(reverse("library")).content.decode()
    assert visitor.get(reverse("library-history", args=[selection.pk])).status_code == 404
    assert visitor.get(reverse("job", args=[export.pk])).url == reverse("export", args=[export.pk])
    item = export.items.get()
    page = visitor.get(reverse("item", args=[export.pk, item.pk]))
    assert page.url == reverse("export", args=[export.pk])


def test_staff_see_exports_in_the_admin_and_can_download_them(admin_client, ada, job):
    export = exports.request(ada, choosing.of_job(job), "jsonl")
    run_jobs()
    item = export.items.get()
    page = admin_client.get(reverse("admin:jobs_job_change", args=[export.pk]))
    assert page.status_code == 200
    assert "export.zip" in page.content.decode()
    listed = admin_client.get(
        reverse("admin:jobs_media_changelist"), {"blob__kind__exact": "selection"}
    )
    assert "2 results" in listed.content.decode()
    for name, pk in (("jobitem", item.pk), ("media", item.media_id), ("blob", item.media.blob_id)):
        shown = admin_client.get(reverse(f"admin:jobs_{name}_change", args=[pk]))
        assert shown.status_code == 200
