"""Results of every kind in the admin: shown by the pages' own parts, with the admin's addresses."""

import re

import pytest
from django.urls import reverse

from jobs.models import Job, JobItem
from tests.admin.pages import address, source, words
from tests.factories import (
    OCR_RESULT,
    job_row,
    make_artifact,
    make_result,
    make_results,
    make_user,
    media_row,
    picture,
)

BOX = {"label": "cup", "score": 0.5, "bbox": [1, 2, 30, 20]}
CART = {"track_id": 7, "label": "cart"}
TRACKS = {
    "frames": [
        {"frame": n, "time": n / 25, "objects": [CART | {"score": 0.9, "bbox": [n, 2, 3, 4]}]}
        for n in range(3)
    ],
    "tracks": [CART | {"first_frame": 0, "last_frame": 2, "frames": 3}],
}
MASK = {"label": "cup", "bbox": [0, 0, 4, 3], "rle": {"size": [30, 40], "counts": [0, 12, 1188]}}
NOSE = {"name": "nose", "x": 5, "y": 6}
RESULTS = {
    "text": (OCR_RESULT, ["Total 12.50", "98.0 %"]),
    "detections": ({"detections": [BOX]}, ["cup 1", "50.0 %"]),
    "masks": ({"masks": [MASK]}, ["cup 1", "Masks"]),
    "codes": ({"codes": [{"format": "QR", "text": "abc", "bbox": [1, 2, 3, 4]}]}, ["QR abc"]),
    "keypoints": ({"keypoints": [{"label": "person", "points": [NOSE]}]}, ["person 1", "nose"]),
    "tracks": (TRACKS, ["#7 cart", "1 track in 3 frames"]),
    "json": ({"mood": "good"}, ['"mood": "good"']),
}


def pages_of(client, item):
    return [client.get(address("job", item.job_id)), client.get(address("jobitem", item.pk))]


def admin_url(name, *args):
    return reverse(f"admin:jobs_{name}", args=args)


def make_shown(owner, kind):
    video = {"kind": "video", "content_type": "video/mp4", "probe": {"fps": 25.0}, "frame_count": 3}
    medium = media_row(owner, **video if kind == "tracks" else {})
    return make_results(owner, (medium, kind, RESULTS[kind][0])).items.get()


@pytest.mark.parametrize("kind", RESULTS)
def test_a_result_is_shown_as_on_its_page(boss, owner, kind):
    item = make_shown(owner, kind)
    for page in pages_of(boss, item):
        for part in (*RESULTS[kind][1], "Made by", "Input SHA-256"):
            assert part in words(page), part


@pytest.mark.parametrize("kind", RESULTS)
def test_every_link_and_file_of_it_is_one_that_staff_may_see(boss, owner, kind):
    """The pages and the API show an owner's things to the owner alone."""
    item = make_shown(owner, kind)
    make_artifact(item)
    for page in pages_of(boss, item):
        part = source(page).partition('<div class="item">')[2].partition("announcer")[0]
        leads = set(re.findall(r'(?:href|src|poster|data-overlay)="([^"]+)"', part))
        assert len(leads) > 3
        for where in leads:
            assert where.startswith("/admin/"), where
            assert boss.get(where, follow=True).status_code == 200, where


def test_boxes_lie_over_the_picture_and_the_overlay_is_a_file(boss, owner):
    [item] = make_results(
        owner, (media_row(owner, data=picture()), "detections", {"detections": [BOX]})
    ).items.all()
    overlay = admin_url("jobitem_overlay", item.pk)
    for page in pages_of(boss, item):
        assert 'points="1,2 31,2 31,22 1,22"' in source(page)
        assert f'href="{overlay}"' in source(page)
    answer = boss.get(overlay)
    assert answer["Content-Type"] == "image/jpeg"
    assert answer["Content-Security-Policy"].endswith("sandbox")
    assert b"".join(answer.streaming_content).startswith(b"\xff\xd8")
    page = words(boss.get(address("jobitem", item.pk)))
    assert "Files made by the tool" not in page, "what was drawn is no file of the tool's"


def test_masks_are_a_picture_of_numbers(boss, owner):
    [item] = make_results(
        owner, (media_row(owner, data=picture()), "masks", {"masks": [MASK]})
    ).items.all()
    assert boss.get(admin_url("jobitem_mask", item.pk))["Content-Type"] == "image/png"


@pytest.mark.parametrize("result", [[], "text", None, {"detections": "none"}, {"mood": "good"}])
def test_a_result_without_places_shows_the_bare_picture(boss, owner, result):
    item = make_result(owner, "detections", result)
    for page in pages_of(boss, item):
        assert "<polygon" not in source(page)
        assert f'src="{admin_url("media_file", item.media_id)}"' in source(page)


def test_malformed_places_do_no_harm(boss, owner):
    text = b'{"detections": [null, {"bbox": [NaN, 0, 1, Infinity]}, {"bbox": [1, 2]}]}'
    item = make_result(owner, "detections", text)
    for page in pages_of(boss, item):
        assert "The result is not as its tool declares" in words(page)


@pytest.mark.parametrize("name", ["overlay", "mask"])
def test_drawn_pictures_need_the_permission_for_uploads(client, owner, name):
    item = make_result(owner, "masks", {"masks": [MASK]})
    client.force_login(make_user("half", "view_jobitem", is_staff=True))
    assert client.get(admin_url(f"jobitem_{name}", item.pk)).status_code == 403


def test_without_the_permission_for_uploads_there_is_no_picture_but_the_result(client, owner):
    item = make_result(owner, "text", OCR_RESULT)
    made = make_artifact(item)
    client.force_login(make_user("half", "view_jobitem", is_staff=True))
    page = client.get(address("jobitem", item.pk))
    assert "Total 12.50" in words(page)
    assert admin_url("jobitem_artifact", item.pk, made.pk) in source(page)
    for name in ("media_file", "media_thumbnail"):
        assert admin_url(name, item.media_id) not in source(page)


def test_a_canceled_item_says_so(boss, owner):
    item = job_row(owner).items.get()
    JobItem.objects.update(status="canceled")
    Job.objects.update(status="canceled")
    for page in pages_of(boss, item):
        assert "canceled before it ended, so there is no result" in words(page)


def test_a_skipped_item_leads_to_the_earlier_result(boss, owner):
    earlier = make_result(owner, "text", OCR_RESULT)
    item = job_row(owner, earlier.media).items.get()
    JobItem.objects.filter(pk=item.pk).update(
        status="skipped", error_message="It was done before.", reused=earlier
    )
    for page in pages_of(boss, item):
        assert "It was done before. The earlier result stands." in words(page)
        assert f'href="{address("jobitem", earlier.pk)}"' in source(page)


def test_nothing_is_offered_that_only_an_owner_may_do(boss, owner):
    item = job_row(owner).items.get()
    JobItem.objects.update(status="skipped", error_message="There is nothing to compare with.")
    for page in [*pages_of(boss, item), *pages_of(boss, make_shown(owner, "tracks"))]:
        for words_of_owners in ("Annotate the image", "Upload again", "Draw the tracks"):
            assert words_of_owners not in words(page)


def test_a_video_that_browsers_play_is_played_and_its_moments_are_buttons(boss, owner):
    item = make_shown(owner, "tracks")
    medium = item.media
    medium.blob.probe |= {"codec": "h264"}
    medium.blob.save()
    for page in pages_of(boss, item):
        assert f'src="{admin_url("media_file", medium.pk)}"' in source(page)
        assert 'data-seek="0.080"' in source(page)
        assert 'class="swatch colour-7"' in source(page), "as in the video with the tracks"


@pytest.mark.parametrize("kind", RESULTS)
def test_the_queries_of_a_page_are_few(boss, owner, kind, django_assert_max_num_queries):
    item = make_shown(owner, kind)
    pages_of(boss, item)
    for where in (address("job", item.job_id), address("jobitem", item.pk)):
        with django_assert_max_num_queries(16):
            boss.get(where)
