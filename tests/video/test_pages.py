"""Videos on the pages: uploading them, playing them, their tracks."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from jobs.models import Job, Media
from tests.factories import (
    film,
    form_file,
    make_finished_job,
    make_media,
    make_user,
    make_video,
    run_jobs,
)

pytestmark = pytest.mark.slow

MP4 = film(frames=24)


@pytest.fixture
def ada(db):
    return make_user("ada")


@pytest.fixture
def browser(ada):
    client = Client()
    client.force_login(ada)
    return client


def video_file(name="walk.mp4", data=MP4):
    return form_file(name, data, "video/mp4")


def send(browser, files, tool="film/follow", **fields):
    data = {"tool": tool, "file": files, **{f"{tool}:{key}": v for key, v in fields.items()}}
    return browser.post(reverse("upload"), data, follow=True)


def page_of(browser, job):
    return browser.get(reverse("job", args=[job.pk])).content.decode()


def words(html):
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


def test_a_video_becomes_a_job_with_its_page(browser, echo_plugin):
    answer = send(browser, [video_file()])
    job = Job.objects.get()
    assert job.job_type == "video"
    assert answer.redirect_chain[-1][0] == reverse("job", args=[job.pk])
    assert "walk.mp4" in answer.content.decode()


def test_the_form_tells_kinds_and_limits(browser, echo_plugin):
    page = browser.get(reverse("upload")).content.decode()
    assert "Videos may be MP4, MOV, M4V, WebM, MKV and AVI." in page
    assert "2.0\xa0GB and 4 hours each" in page
    assert 'data-kinds="video"' in page
    assert "For images and videos." in page


def test_a_video_for_a_tool_that_takes_pictures_is_refused_by_name(browser, echo_plugin):
    page = words(send(browser, [video_file()], tool="echo/describe").content.decode())
    assert "walk.mp4 : It is a video (video/mp4), not an image." in page
    assert not Media.objects.exists()


def test_pictures_and_videos_run_together_where_a_tool_takes_both(browser, echo_plugin):
    send(browser, [video_file(), form_file()], tool="film/size")
    assert Job.objects.get().job_type == "mixed"


def test_the_page_plays_the_video_with_its_poster(browser, ada, echo_plugin):
    medium = make_video(ada, "walk.mp4", frames=24)
    page = page_of(browser, make_finished_job(ada, [medium], "film"))
    tag = re.search(r"<video[^>]*>", page)[0]
    assert f'src="{reverse("api-media-file", args=[medium.pk])}"' in tag
    assert f'poster="{reverse("api-media-thumbnail", args=[medium.pk])}"' in tag
    assert "controls" in tag
    assert "0.80 s, 24 frames" in words(page)
    part = browser.get(reverse("api-media-file", args=[medium.pk]), HTTP_RANGE="bytes=0-99")
    assert (part.status_code, part["Content-Type"]) == (206, "video/mp4")


def test_a_video_that_browsers_do_not_play_is_shown_as_a_still(browser, ada, echo_plugin):
    medium = make_video(ada, "walk.avi", codec="mpeg4")
    page = page_of(browser, make_finished_job(ada, [medium], "film"))
    assert "<video" not in page
    assert "Browsers can't play this format; this is a still." in words(page)


def test_a_video_that_breaks_off_says_so(browser, ada, echo_plugin):
    whole = film(frames=150, faststart=True)
    medium = make_media(ada, "walk.mp4", whole[: len(whole) // 2])
    assert "The video breaks off" in page_of(browser, make_finished_job(ada, [medium], "film"))


def test_tracks_are_listed_with_their_times(browser, ada, echo_plugin):
    job = make_finished_job(ada, [make_video(ada, frames=60)], "film")
    page = page_of(browser, job)
    text = words(page)
    assert "1 track in 60 frames at most 1 at once, 1.0 on average" in text
    assert "#1 red 60" in text
    assert 'data-seek="0.000"' in page
    assert 'data-seek="1.967"' in page
    assert "0:02.0" in text
    assert "<polyline" in page


def test_tracks_of_a_large_result_come_from_the_summary_beside_it(
    browser, ada, echo_plugin, settings
):
    job = make_finished_job(ada, [make_video(ada, frames=24)], "film", params={"pad": 60_000})
    assert job.items.get().result_size_bytes > settings.MAX_RESULT_INLINE_BYTES
    page = words(page_of(browser, job))
    assert "1 track in 24 frames" in page
    assert "too much for a page" in page
    assert "summary.json" not in page


def test_progress_of_a_running_video_is_told(browser, ada, echo_plugin):
    from tests.factories import make_job

    job = make_job(ada, [make_video(ada)], "film")
    job.items.update(status="running", progress=0.5, progress_note="12 of 24 frames, 3 s left")
    Job.objects.filter(pk=job.pk).update(status="running")
    assert "12 of 24 frames, 3 s left" in page_of(browser, job)


# --- the video with its tracks ----------------------------------------------------------------


@pytest.fixture
def followed(ada, echo_plugin):
    """A job whose result has tracks of a video."""
    return make_finished_job(ada, [make_video(ada, frames=24)], "film")


def ask(browser, job):
    return browser.post(reverse("track-video", args=[job.pk, job.items.get().pk]), follow=True)


def test_the_page_offers_to_draw_the_tracks_and_then_plays_the_video(browser, followed):
    assert "Draw the tracks into the video" in page_of(browser, followed)
    assert "The tracks are being drawn in" in ask(browser, followed).content.decode()
    assert run_jobs() == 1
    maker = Job.objects.get(plugin_id="media").items.get()
    assert (maker.status, maker.error_message) == ("completed", "")
    page = page_of(browser, followed)
    assert reverse("api-artifact", args=[maker.pk, "preview.mp4"]) in page
    assert "The video as it was uploaded" in page
    assert "Draw the tracks" not in page


def test_while_the_tracks_are_drawn_the_page_goes_on_looking(browser, followed):
    assert 'hx-trigger="every' not in page_of(browser, followed)
    assert 'hx-trigger="every' in ask(browser, followed).content.decode()
    run_jobs()
    assert 'hx-trigger="every' not in page_of(browser, followed)


def test_the_page_of_the_job_that_draws_plays_its_video(browser, followed):
    ask(browser, followed)
    run_jobs()
    job = Job.objects.get(plugin_id="media")
    maker = job.items.get()
    page = page_of(browser, job)
    assert reverse("api-artifact", args=[maker.pk, "preview.mp4"]) in page


def test_other_results_have_no_tracks_to_draw(browser, ada, echo_plugin):
    job = make_finished_job(ada, [make_video(ada)], "film", ["size"])
    assert "Draw the tracks" not in page_of(browser, job)
    answer = ask(browser, job)
    assert "Only a completed result with tracks" in answer.content.decode()
    assert not Job.objects.filter(plugin_id="media").exists()


def test_other_people_cannot_ask_for_it(followed):
    eve = Client()
    eve.force_login(make_user("eve"))
    assert ask(eve, followed).status_code == 404
