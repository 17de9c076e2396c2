"""Files that staff may look at."""

import pytest
from django.urls import reverse

from jobs import storage
from tests.admin.pages import address, words
from tests.factories import PNG, finish, job_row, make_artifact, media_row


def test_an_upload_is_served_sealed(boss, owner):
    media = media_row(owner)
    answer = boss.get(reverse("admin:jobs_media_file", args=[media.pk]))
    assert b"".join(answer.streaming_content) == PNG
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].endswith("sandbox")
    assert "private" in answer["Cache-Control"]


@pytest.mark.parametrize(
    ("content_type", "sent_as"),
    [
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("application/pdf", "application/pdf"),
    ],
)
def test_what_could_run_is_only_offered_for_download(boss, owner, content_type, sent_as):
    item = job_row(owner).items.get()
    finish(item)
    artifact = make_artifact(item, content_type)
    answer = boss.get(reverse("admin:jobs_jobitem_artifact", args=[item.pk, artifact.pk]))
    assert answer["Content-Type"] == sent_as
    assert answer["Content-Disposition"].startswith("attachment")


def test_another_items_artifact_is_not_found(boss, owner):
    item, other = job_row(owner).items.get(), job_row(owner).items.get()
    artifact = make_artifact(item)
    where = reverse("admin:jobs_jobitem_artifact", args=[other.pk, artifact.pk])
    assert boss.get(where).status_code == 404


def test_a_missing_file_is_not_found_and_the_page_stands(boss, owner):
    media = media_row(owner, "receipt.png")
    storage.delete([media.blob.file.name, media.blob.thumbnail.name])
    assert boss.get(reverse("admin:jobs_media_file", args=[media.pk])).status_code == 404
    assert boss.get(reverse("admin:jobs_media_thumbnail", args=[media.pk])).status_code == 404
    assert "receipt.png" in words(boss.get(address("media", media.pk)))


def test_without_a_small_picture_there_is_none(boss, owner):
    media = media_row(owner, thumbnail="")
    assert boss.get(reverse("admin:jobs_media_thumbnail", args=[media.pk])).status_code == 404
    assert 'class="thumbnail"' not in boss.get(address("media")).content.decode()


def test_what_browsers_cannot_show_is_shown_by_its_small_picture(boss, owner):
    media = media_row(owner, content_type="image/tiff")
    page = boss.get(address("media", media.pk)).content.decode()
    assert f'src="{reverse("admin:jobs_media_thumbnail", args=[media.pk])}"' in page


def test_a_video_is_shown_as_a_video(boss, owner):
    media = make_video(owner, "walk.mp4", "video/mp4", duration_s=90.0)
    page = boss.get(address("media", media.pk))
    assert f'src="{reverse("admin:jobs_media_file", args=[media.pk])}"' in page.content.decode()
    assert "<video" in page.content.decode()
    assert "1 min 30 s" in words(page)


def test_a_video_comes_in_ranges_so_that_it_can_be_wound(boss, owner):
    media = make_video(owner, "walk.mp4", "video/mp4")
    where = reverse("admin:jobs_media_file", args=[media.pk])
    answer = boss.get(where, headers={"Range": "bytes=4-7"})
    assert (answer.status_code, answer.getvalue()) == (206, PNG[4:8])
    assert answer["Content-Range"] == f"bytes 4-7/{len(PNG)}"
    assert answer["Content-Disposition"].startswith("inline")


@pytest.mark.parametrize(
    ("content_type", "codec"), [("video/x-matroska", "h264"), ("video/mp4", "hevc")]
)
def test_a_video_that_browsers_cannot_play_is_shown_by_its_still(boss, owner, content_type, codec):
    media = make_video(owner, "walk", content_type, probe={"codec": codec})
    page = boss.get(address("media", media.pk)).content.decode()
    assert "<video" not in page
    assert f'src="{reverse("admin:jobs_media_thumbnail", args=[media.pk])}"' in page
    answer = boss.get(reverse("admin:jobs_media_file", args=[media.pk]))
    assert answer["Content-Disposition"].startswith("attachment")


def make_video(owner, filename, content_type, **values):
    values = {"probe": {"codec": "h264"}, **values}
    return media_row(owner, filename, kind="video", content_type=content_type, **values)


@pytest.mark.parametrize("model", ["media", "blob", "jobitem", "job"])
def test_every_list_shows_small_pictures(boss, owner, model):
    job_row(owner)
    page = boss.get(address(model)).content.decode()
    source = page.partition('class="thumbnail" src="')[2].partition('"')[0]
    assert b"".join(boss.get(source).streaming_content) == PNG
