"""Processing a selection: the choice, the preview, the job; and the history that grows."""

import re

import pytest
from django.urls import reverse

from jobs.annotating import rules as annotations
from jobs.annotating.rules import Draft
from jobs.models import Annotation, Job
from tests.factories import make_finished_job, make_media, picture, run_jobs

TOOL = "marker/inside_box"


@pytest.fixture
def images(ada, echo_plugin):
    """Three with a box, two without."""
    made = [make_media(ada, f"{n}.png", picture(40, 30)) for n in range(5)]
    for image in made[:3]:
        annotations.add(image, [Draft(bbox=[2, 2, 10, 10])])
    return made


def step(client, images, name, **more):
    form = {"media": [str(image.pk) for image in images], "tool": TOOL, "step": name} | more
    return client.post(reverse("library-process"), form)


def text_of(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def process(client, images, name="changed"):
    response = step(client, images, name)
    assert response.status_code == 302
    run_jobs()
    return Job.objects.first().items.values_list("status", flat=True)


def test_the_whole_way(client, images):
    choice = step(client, images, "choose", tool="")
    assert "Process 5 files" in text_of(choice)
    assert f'value="{TOOL}"' in choice.content.decode()
    seen = text_of(step(client, images, "preview"))
    assert "3 of 5 will run" in seen
    assert "3 It is new." in seen
    assert "2 It has no box." in seen
    assert Job.objects.count() == 0

    assert sorted(process(client, images)) == ["completed"] * 3 + ["skipped"] * 2
    annotations.replace(images[0], [Draft(bbox=[5, 5, 4, 4])])
    assert "1 of 5 will run" in text_of(step(client, images, "preview"))
    assert list(process(client, images)).count("completed") == 1
    seen = step(client, images, "preview")
    assert "Nothing has to run" in text_of(seen)
    assert "3 Nothing changed." in text_of(seen)
    assert "Process all (3)" in text_of(seen)
    assert 'value="changed"' not in seen.content.decode()
    assert list(process(client, images, "all")).count("completed") == 3


def test_a_skipped_item_says_why_and_leads_on(client, images):
    process(client, images)
    kept = str(Job.objects.get().items.get(media=images[0]).pk)
    process(client, images)
    for item in Job.objects.first().items.all():
        page = client.get(reverse("item", args=[item.job_id, item.pk])).content.decode()
        if item.media_id == images[0].pk:
            assert f"/items/{kept}" in page
            assert "Nothing changed." in page
        elif item.media_id == images[4].pk:
            assert "It has no box." in page
            assert reverse("library-annotate", args=[images[4].pk]) in page


def test_the_settings_go_through_the_preview_to_the_job(client, images):
    seen = step(client, images, "preview", **{f"{TOOL}:label": "Münze & Co"}).content.decode()
    assert 'value="Münze &amp; Co"' in seen
    step(client, images, "changed", **{f"{TOOL}:label": "Münze & Co"})
    assert Job.objects.get().params == {"label": "Münze & Co"}


def test_wrong_settings_are_marked_in_the_form(client, images):
    response = step(client, images, "preview", **{f"{TOOL}:label": "x" * 41})
    assert response.status_code == 400
    assert "One setting is not right" in text_of(response)
    assert Job.objects.count() == 0


def test_a_tool_that_is_gone_is_told(client, images):
    response = step(client, images, "changed", tool="no/such")
    assert response.status_code == 400
    assert Job.objects.count() == 0


def test_everything_that_matches_can_be_processed(client, images):
    form = {"all": "1", "query": "annotated=with", "tool": TOOL, "step": "changed"}
    client.post(reverse("library-process"), form)
    assert Job.objects.get().total == 3


def test_other_peoples_media_are_left_out(client, images, ben):
    theirs = make_media(ben)
    step(client, [images[0], theirs], "changed")
    assert Job.objects.get().total == 1


def test_the_preview_costs_a_constant_number_of_queries(
    client, images, django_assert_max_num_queries
):
    with django_assert_max_num_queries(30) as asked:
        step(client, images[:1], "preview")
    with django_assert_max_num_queries(len(asked)):
        step(client, images, "preview")


class TestHistory:
    def page(self, client, image, **query):
        return client.get(reverse("library-history", args=[image.pk]), query)

    def test_results_newest_first_with_what_made_them(self, client, ada, images):
        process(client, images[:1])
        annotations.replace(images[0], [Draft(bbox=[5, 5, 4, 4]), Draft(bbox=[9, 9, 4, 4])])
        process(client, images[:1])
        page = self.page(client, images[0])
        items = [str(job.items.get().pk) for job in Job.objects.order_by("-pk")]
        assert re.findall(r'id="result-([0-9a-f-]{36})"', page.content.decode()) == items
        assert re.findall(r"from (\d marks?)", text_of(page)) == ["2 marks", "1 mark"]
        assert f"/v1/results/{items[0]}/result" in page.content.decode()
        assert "marker 1.0.0" in text_of(page)

    def test_chips_leave_the_results_of_one_tool(self, client, ada, images):
        process(client, images[:1])
        read = make_finished_job(ada, images[:1], "echo", ["read"]).items.get()
        page = self.page(client, images[0], of="echo/read").content.decode()
        assert re.findall(r'id="result-([0-9a-f-]{36})"', page) == [str(read.pk)]

    def test_without_results_it_says_so(self, client, images):
        assert "No results yet" in text_of(self.page(client, images[0]))

    def test_neighbours_follow_the_list_that_one_came_from(self, client, ada, images):
        page = self.page(client, images[1], annotated="with")
        assert "2 / 3" in text_of(page)
        links = re.findall(r'href="([^"]*)"\s+aria-label="(Previous|Next)', page.content.decode())
        assert {word: url for url, word in links} == {
            "Previous": f"/library/{images[2].pk}?annotated=true",
            "Next": f"/library/{images[0].pk}?annotated=true",
        }
        last = self.page(client, images[0], annotated="with").content.decode()
        assert 'rel="next"' not in last
        assert "There is no next one" in last

    def test_an_image_that_left_the_filtered_list_keeps_its_place(self, client, images):
        assert "1 / 4" in text_of(self.page(client, images[4], annotated="with"))

    def test_a_single_image_has_no_neighbours(self, client, ada):
        page = self.page(client, make_media(ada)).content.decode()
        assert "1 / 1" in page
        assert 'rel="next"' not in page
        assert 'rel="prev"' not in page

    def test_the_number_of_queries_does_not_grow(
        self, client, ada, images, django_assert_max_num_queries
    ):
        process(client, images[:1])
        with django_assert_max_num_queries(20) as asked:
            self.page(client, images[0])
            with_one = len(asked)
        for _ in range(4):
            process(client, images[:1], "all")
        with django_assert_max_num_queries(with_one):
            assert self.page(client, images[0]).content.count(b'class="card version"') == 5

    def test_a_result_is_taken_over_to_be_corrected(self, client, images):
        process(client, images[:1])
        item = Job.objects.get().items.get()
        where = reverse("library-take-over", args=[images[0].pk, item.pk])
        response = client.post(where, follow=True)
        assert response.redirect_chain[-1][0] == reverse("library-annotate", args=[images[0].pk])
        assert "1 box taken over." in text_of(response)
        assert Annotation.objects.filter(media=images[0], width=5).count() == 1
        again = client.post(reverse("library-take-over", args=[images[1].pk, item.pk]), follow=True)
        assert "There is no such result any more." in text_of(again)


class TestAnnotatePage:
    def test_it_carries_the_marks_and_says_where_to_save_them(self, client, images):
        page = client.get(reverse("library-annotate", args=[images[0].pk])).content.decode()
        assert '"bbox": [2.0, 2.0, 10.0, 10.0]' in page
        assert f'data-url="/v1/images/{images[0].pk}/annotations"' in page
        assert 'data-width="40"' in page

    def test_a_label_can_not_break_out_of_the_page(self, client, images):
        annotations.add(images[0], [Draft(point=[1, 1], label="</script><script>alert(1)")])
        page = client.get(reverse("library-annotate", args=[images[0].pk])).content.decode()
        assert "<script>alert" not in page


@pytest.mark.parametrize("name", ["library-history", "library-annotate"])
def test_other_peoples_images_do_not_exist(client, ben, name):
    assert client.get(reverse(name, args=[make_media(ben).pk])).status_code == 404


def test_other_peoples_results_are_not_taken_over(client, ada, ben, echo_plugin):
    theirs = make_media(ben)
    item = make_finished_job(ben, [theirs], "echo", ["read"]).items.get()
    where = reverse("library-take-over", args=[theirs.pk, item.pk])
    assert client.post(where).status_code == 404
    assert not Annotation.objects.exists()
