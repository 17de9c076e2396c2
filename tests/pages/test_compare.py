"""The pages that compare results and jobs."""

import json
import re

import pytest
from django.urls import reverse

from jobs import storage
from jobs.annotating import rules as annotations
from jobs.annotating.rules import Draft
from jobs.models import JobItem
from jobs.submission import retry
from plugins_app.models import Plugin
from tests.factories import make_finished_job, make_job, make_media, make_video, picture, run_jobs

RESULTS = reverse("compare-results")
ATTACK = "<script>alert(1)</script>"


@pytest.fixture
def image(ada, echo_plugin):
    return make_media(ada, "coins.png", picture(40, 30))


def mark(owner, image, *boxes):
    annotations.replace(image, [Draft(bbox=box) for box in boxes])
    return make_finished_job(owner, [image], "marker", ["inside_box"])


def read(owner, image, word):
    return make_finished_job(owner, [image], "echo", ["read"], params={"word": word})


def as_if_returned(job, result, output):
    """Let a job's result be this one, of this output kind."""
    item = job.items.get()
    storage.delete([item.result.name])
    storage.save_bytes(item.result.name, json.dumps(result).encode())
    JobItem.objects.filter(pk=item.pk).update(result_sha256=item.pk.hex)
    plugin = Plugin.objects.get(pk=item.plugin_id)
    next(t for t in plugin.manifest["tools"] if t["id"] == item.tool)["output"] = output
    plugin.save()
    return job


def words(answer):
    text = re.sub(r"<(script|style)\b.*?</\1>", " ", answer.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def compared(client, a, b):
    ids = [job.items.get().pk for job in (a, b)]
    return client.get(RESULTS, {"a": ids[0], "b": ids[1]})


class TestResults:
    def test_masks_side_by_side_with_their_states(self, client, ada, image):
        a = mark(ada, image, [2, 4, 16, 8], [25, 4, 8, 8])
        b = mark(ada, image, [4, 4, 16, 8], [2, 20, 8, 8])
        answer = compared(client, a, b)
        page = answer.content.decode()
        assert page.count('class="card side"') == 2
        for state, times in (("moved", 2), ("gone", 1), ("new", 1)):
            assert page.count(f'class="compared is-{state}"') == times, state
        assert "= Same 0" in words(answer)
        assert "→ Moved 1" in words(answer)
        assert "+2.0, +0.0 px" in words(answer)
        assert page.count("data-overlay=") == 2

    def test_text_with_an_inline_diff(self, client, ada, image):
        answer = compared(client, read(ada, image, "Total 12.50"), read(ada, image, "Total 12.60"))
        assert "Total 12.<del>5</del><ins>6</ins>0" in answer.content.decode()
        assert "91 % alike" in words(answer)

    def test_identical_results_say_so(self, client, ada, image):
        answer = compared(client, *(mark(ada, image, [2, 4, 8, 8]) for _ in range(2)))
        assert "The results are identical" in words(answer)

    def test_other_results_value_by_value(self, client, ada, image):
        a, b = (make_finished_job(ada, [image], params={"word": word}) for word in ("a", "b"))
        assert "$.words[0] &quot;a&quot; &quot;b&quot;" in words(compared(client, a, b))

    def test_tracks_of_a_video_without_pictures(self, client, ada, echo_plugin):
        def walk(track_id):
            return [{"frame": n, "time": n / 10, "objects": [
                {"track_id": track_id(n), "label": "person", "score": 1, "bbox": [n, 0, 20, 20]}
            ]} for n in range(10)]  # fmt: skip

        video = make_video(ada)
        a, b = (
            as_if_returned(make_finished_job(ada, [video], "film", ["follow"]), result, "tracks")
            for result in ({"frames": walk(lambda n: 1)}, {"frames": walk(lambda n: 1 + n // 5)})
        )
        answer = compared(client, a, b)
        assert "1 switch of id" in words(answer)
        assert "#1 person, 10 frames #1 person, 5 frames" in words(answer)
        assert 'class="card side"' not in answer.content.decode()

    def test_what_plugins_write_stays_text(self, client, ada, image):
        hostile = {
            "text": ATTACK,
            "lines": [{"text": f"{ATTACK}{n}", "bbox": [1, 1, 9, 9]} for n in range(3)],
        }
        a = read(ada, image, "x")
        b = as_if_returned(read(ada, image, "y"), hostile, "text")
        page = compared(client, a, b).content.decode()
        assert ATTACK not in page
        assert "&lt;script&gt;" in page

    def test_more_rows_than_a_page_has_room_for(self, client, ada, image):
        many = {"text": "", "lines": [{"text": f"line {n}"} for n in range(700)]}
        a = read(ada, image, "x")
        b = as_if_returned(read(ada, image, "y"), many, "text")
        assert "And 201 more" in words(compared(client, a, b))


class TestChoosingResults:
    def test_a_history_sends_its_ticked_boxes_and_the_older_comes_first(self, client, ada, image):
        a, b = (mark(ada, image, [n, 4, 16, 8]) for n in (2, 4))
        page = client.get(reverse("library-history", args=[image.pk])).content.decode()
        boxes = re.findall(r'name="result"\s+value="([^"]+)"\s+form="compare-form"', page)
        older, newer = str(a.items.get().pk), str(b.items.get().pk)
        assert boxes == [newer, older]
        answer = client.get(RESULTS, {"of": image.pk, "result": boxes})
        assert f"?a={newer}&amp;b={older}" in answer.content.decode()  # to swap them

    def test_one_result_has_nothing_to_compare_with(self, client, ada, image):
        mark(ada, image, [2, 4, 16, 8])
        page = client.get(reverse("library-history", args=[image.pk])).content.decode()
        assert "compare-form" not in page

    @pytest.mark.parametrize("count", [0, 1, 3])
    def test_another_number_of_boxes_is_told_where_they_are(self, client, ada, image, count):
        ids = [mark(ada, image, [2, 4, 16, 8]).items.get().pk for _ in range(count)]
        answer = client.get(RESULTS, {"of": image.pk, "result": ids}, follow=True)
        assert answer.redirect_chain[0][0] == reverse("library-history", args=[image.pk])
        assert "Choose two results" in words(answer)

    def test_results_of_different_images_are_told(self, client, ada, image):
        other = mark(ada, make_media(ada), [2, 4, 8, 8])
        ids = [job.items.get().pk for job in (mark(ada, image, [2, 4, 8, 8]), other)]
        answer = client.get(RESULTS, {"a": ids[0], "b": ids[1]}, follow=True)
        assert "results of different files" in words(answer)

    def test_other_peoples_results_do_not_exist(self, client, ben, ada, image):
        theirs = mark(ben, make_media(ben), [2, 4, 8, 8])
        assert compared(client, mark(ada, image, [2, 4, 8, 8]), theirs).status_code == 404

    @pytest.mark.parametrize("query", [{"a": "x", "b": "y"}, {"result": "\0"}])
    def test_what_is_no_id_does_not_exist(self, client, query):
        assert client.get(RESULTS, query).status_code == 404


class TestJobs:
    def test_the_job_that_was_repeated_is_offered_first(self, client, ada, image):
        first = mark(ada, image, [2, 4, 8, 8])
        between = mark(ada, image, [2, 4, 8, 8])
        mark(ada, make_media(ada), [2, 4, 8, 8])
        again = retry(first)
        run_jobs()
        page = client.get(reverse("compare-job", args=[again.pk])).content.decode()
        assert re.findall(r"\?with=([\w-]+)", page) == [str(first.pk), str(between.pk)]
        assert "the job that this one repeats" in page

    def test_a_job_alone_says_what_to_do(self, client, ada, image):
        job = mark(ada, image, [2, 4, 8, 8])
        answer = client.get(reverse("compare-job", args=[job.pk]))
        assert "no other job over these files" in words(answer)
        assert (
            reverse("compare-job", args=[job.pk])
            in client.get(reverse("job", args=[job.pk])).content.decode()
        )

    def test_what_changed_by_file_with_the_way_to_each(self, client, ada, image):
        a, b = mark(ada, image, [2, 4, 16, 8]), mark(ada, image, [4, 4, 16, 8])
        answer = client.get(reverse("compare-job", args=[b.pk]), {"with": a.pk})
        assert "coins.png Inside boxes → Moved 1" in words(answer)
        ids = [job.items.get().pk for job in (a, b)]
        assert f"{RESULTS}?a={ids[0]}&amp;b={ids[1]}" in answer.content.decode()

    def test_only_what_is_not_identical(self, client, ada, image):
        a, b = (mark(ada, image, [2, 4, 16, 8]) for _ in range(2))
        where = reverse("compare-job", args=[b.pk])
        assert "= Identical" in words(client.get(where, {"with": a.pk}))
        answer = client.get(where, {"with": a.pk, "only": "changed"})
        assert "Everything is identical" in words(answer)

    def test_jobs_over_other_files_are_told(self, client, ada, image):
        a, b = mark(ada, image, [2, 4, 8, 8]), mark(ada, make_media(ada), [2, 4, 8, 8])
        where = reverse("compare-job", args=[b.pk])
        answer = client.get(where, {"with": a.pk}, follow=True)
        assert "no image or video in common" in words(answer)

    def test_other_peoples_jobs_do_not_exist(self, client, ben, ada, image):
        mine, theirs = mark(ada, image, [2, 4, 8, 8]), make_job(ben)
        where = reverse("compare-job", args=[mine.pk])
        assert client.get(where, {"with": theirs.pk}).status_code == 404
        assert client.get(where, {"with": "x"}).status_code == 404
