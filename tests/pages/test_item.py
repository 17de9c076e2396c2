"""The page of one item of a batch, and its downloads."""

import json

from django.urls import reverse

from tests.factories import make_finished_job, make_job, make_media


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


def test_the_json_of_an_item_is_a_download_named_after_the_input(client, ada, echo_plugin):
    job = make_finished_job(ada, [make_media(ada, "Rechnung März.png")], tools=["read"])
    answer = client.get(reverse("item-result", args=[job.pk, job.items.get().pk]))
    result = json.loads(b"".join(answer.streaming_content))
    assert result["text"] == "hello"
    assert "attachment" in answer.headers["Content-Disposition"]
    assert "Rechnung%20M%C3%A4rz.json" in answer.headers["Content-Disposition"]


def test_the_text_of_an_item_is_a_plain_text_download(client, ada, echo_plugin):
    job = make_finished_job(ada, tools=["read"], params={"word": "<b>Grüße</b>"})
    answer = client.get(reverse("item-text", args=[job.pk, job.items.get().pk]))
    assert answer.content.decode() == "<b>Grüße</b>"
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
