"""The page of one item of a batch, and its downloads."""

import json

import pytest
from django.urls import reverse

from tests.factories import make_finished_job, make_job, make_media, make_result


def test_an_item_leads_to_its_neighbours(client, ada, echo_plugin):
    job = make_job(ada, [make_media(ada, f"{n}.png") for n in range(3)])
    first, middle, last = (
        reverse("item", args=[job.pk, item.pk]) for item in job.items.order_by("position")
    )
    page = client.get(middle).content.decode()
    assert "item 2 of 3" in page
    assert f'href="{first}"' in page
    assert f'href="{last}"' in page
    assert 'rel="prev"' not in client.get(first).content.decode()
    assert 'rel="next"' not in client.get(last).content.decode()


def shown(client, ada, kind, result):
    item = make_result(ada, kind, result)
    return client.get(reverse("job", args=[item.job_id])).content.decode()


@pytest.mark.parametrize(
    ("kind", "result", "said"),
    [
        (
            "detections",
            {"detections": [{"label": "car", "score": 5, "bbox": [1, 2, 3]}]},
            "$.detections[0].score must be at most 1, not 5.",
        ),
        (
            "detections",
            {"detections": [{"label": "car", "score": 1, "bbox": [1, 2, 3]}] * 2},
            "$.detections[0].bbox must have at least 4 entries, not 3.",
        ),
        ("text", {"words": ["a"]}, "$ lacks text, lines."),
        ("tracks", {"frames": [{"frame": 0, "time": 0, "objects": 5}]}, "$.frames[0].objects must"),
    ],
)
def test_a_result_of_another_shape_than_declared_is_told_with_the_place(
    client, ada, kind, result, said
):
    page = shown(client, ada, kind, result)
    assert f"The tool declares the output {kind}. In what it returned, {said}" in page
    assert "500.0" not in page


@pytest.mark.parametrize(
    ("kind", "result"),
    [
        ("json", {"anything": 5}),
        ("detections", {"detections": [{"label": "car", "score": 1, "bbox": [1, 2, 3, 4]}]}),
        ("detections", {"frames": [{"frame": 0, "time": 0, "objects": []}]}),
    ],
)
def test_nothing_is_said_of_results_that_are_as_declared(client, ada, kind, result):
    assert "not as its tool declares" not in shown(client, ada, kind, result)


def test_the_json_of_an_item_is_a_download_named_after_the_input(client, ada, echo_plugin):
    job = make_finished_job(ada, [make_media(ada, "Rechnung März.png")], tools=["read"])
    answer = client.get(reverse("item-result", args=[job.pk, job.items.get().pk]))
    result = json.loads(b"".join(answer.streaming_content))
    assert result["text"] == "hello"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Rechnung%20M%C3%A4rz-read.json" in answer.headers["Content-Disposition"]


def test_the_same_result_is_the_same_download_for_page_api_and_admin(
    client, admin_client, ada, echo_plugin
):
    item = make_finished_job(ada, tools=["read"]).items.get()
    answers = [
        client.get(reverse("item-result", args=[item.job_id, item.pk])),
        client.get(reverse("api-item-result", args=[item.pk])),
        admin_client.get(reverse("admin:jobs_jobitem_result", args=[item.pk])),
    ]
    assert len({answer.getvalue() for answer in answers}) == 1
    for name in ("Content-Disposition", "Content-Type", "ETag", "Accept-Ranges"):
        assert len({answer[name] for answer in answers}) == 1, name


def test_the_json_of_an_item_comes_in_ranges(client, ada, echo_plugin):
    job = make_finished_job(ada, tools=["read"])
    where = reverse("item-result", args=[job.pk, job.items.get().pk])
    answer = client.get(where, headers={"Range": "bytes=0-0"})
    assert (answer.status_code, answer.getvalue()) == (206, b"{")
    beyond = client.get(where, headers={"Range": "bytes=99999999-"})
    assert (beyond.status_code, beyond["Content-Range"][:8]) == (416, "bytes */")


def test_the_text_of_an_item_is_a_plain_text_download(client, ada, echo_plugin):
    job = make_finished_job(ada, tools=["read"], params={"word": "<b>Grüße</b>"})
    answer = client.get(reverse("item-text", args=[job.pk, job.items.get().pk]))
    assert answer.getvalue().decode() == "<b>Grüße</b>"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Content-Disposition"].startswith("attachment")


def test_there_is_no_download_before_the_end_or_without_text(client, ada, echo_plugin):
    wordless, waiting = make_finished_job(ada), make_job(ada)
    for name in ("item-result", "item-text"):
        where = reverse(name, args=[waiting.pk, waiting.items.get().pk])
        assert client.get(where).status_code == 404
    where = reverse("item-text", args=[wordless.pk, wordless.items.get().pk])
    assert client.get(where).status_code == 404


def test_a_result_whose_file_is_gone_is_not_there(client, ada, echo_plugin):
    job = make_finished_job(ada)
    item = job.items.get()
    item.result.storage.delete(item.result.name)
    assert client.get(reverse("item-result", args=[job.pk, item.pk])).status_code == 404


@pytest.mark.parametrize("text", [b"no json", b"[" * 100_000])
def test_a_result_that_is_no_json_is_offered_as_it_is(client, ada, text):
    page = shown(client, ada, "json", text)
    assert "It can't be read as JSON." in page


def test_half_a_surrogate_pair_in_a_result_does_not_break_the_page(client, ada):
    assert "a?b" in shown(client, ada, "text", b'{"text": "a\\ud800b"}')
