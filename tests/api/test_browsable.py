"""The API's pages for people: they work under the content security policy, forms included."""

import re

import pytest
from django.test import Client

from jobs.models import Job
from plugins_app.models import Plugin
from tests.factories import (
    api_client,
    form_file,
    make_finished_job,
    make_job,
    make_media,
    make_user,
)

HTML = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}


FIELD = re.compile(r'<(?:input|textarea|select)[^>]*\sname="(\w+)"(?:[^>]*\svalue="([^"]*)")?')


@pytest.fixture
def person(owner):
    client = Client(enforce_csrf_checks=True)
    client.force_login(owner)
    return client


def open_page(person, url):
    response = person.get(url, headers=HTML)
    assert response["Content-Type"].startswith("text/html")
    return response


def assert_fits_the_policy(response):
    """No script and no style stands in the page itself, which default-src 'self' blocks."""
    text = response.content.decode()
    assert "'unsafe-inline'" not in response["Content-Security-Policy"]
    assert not re.search(r"<style", text)
    assert not re.search(r"\sstyle=", text)
    assert not re.search(r"\son\w+=", text)
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or 'type="application/json"' in script
    for url in re.findall(r'(?:src|href)="(https?:[^"]*)"', text):
        assert url.startswith("http://testserver/")


@pytest.mark.parametrize("path", ["/v1/", "/v1/jobs", "/v1/plugins", "/v1/plugins/echo"])
def test_pages_render(person, echo_plugin, path):
    response = open_page(person, path)
    assert response.status_code == 200
    assert_fits_the_policy(response)


def test_pages_of_things_render(person, owner, echo_plugin):
    job = make_finished_job(owner, [make_media(owner)] * 2)
    item = job.items.first()
    for url in (
        f"/v1/jobs/{job.pk}",
        f"/v1/jobs/{job.pk}/items?limit=1",
        f"/v1/results/{item.pk}",
        f"/v1/media/{item.media_id}",
    ):
        response = open_page(person, url)
        assert response.status_code == 200, url
        assert_fits_the_policy(response)


def test_a_picture_can_be_sent_by_the_form(person, echo_plugin):
    response = open_page(person, "/v1/image/submit")  # 405, with the form for a POST
    assert_fits_the_policy(response)
    text = response.content.decode()
    assert 'type="file"' in text
    assert 'enctype="multipart/form-data"' in text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
    form = {name: value or "" for name, value in FIELD.findall(text) if name != "file"}
    assert {"tool", "params", "priority"} <= set(form)
    form |= {"csrfmiddlewaretoken": token, "plugin_id": "echo", "file": form_file()}
    sent = person.post("/v1/image/submit", form, headers=HTML)
    assert sent.status_code == 200, sent.content.decode()
    assert Job.objects.get().plugin_id == "echo"


def test_files_can_be_sent_by_the_form_of_the_list(person, echo_plugin):
    text = open_page(person, "/v1/jobs").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
    form = {"csrfmiddlewaretoken": token, "plugin_id": "echo", "file": form_file(), "tool": ""}
    assert person.post("/v1/jobs", form, headers=HTML).status_code == 202


def choices(text, name):
    """The values that a list of the form offers."""
    found = re.search(rf'<select id="api-{name}".*?</select>', text, re.DOTALL)
    return re.findall(r'<option value="([^"]*)"', found[0])


def test_the_form_offers_the_plugins_and_tools_of_the_moment(person, echo_plugin):
    text = open_page(person, "/v1/jobs").content.decode()
    assert {"echo", "film"} <= set(choices(text, "plugin_id"))
    assert choices(text, "tool")[0] == ""  # the default
    assert {"describe", "watch"} <= set(choices(text, "tool"))
    assert '<optgroup label="Echo">' in text
    Plugin.objects.filter(pk="echo").update(enabled=False)
    text = open_page(person, "/v1/jobs").content.decode()
    assert "film" in choices(text, "plugin_id")
    assert "echo" not in choices(text, "plugin_id")
    assert "describe" not in choices(text, "tool")


def test_the_form_begins_with_the_plugin_used_last(person, owner, echo_plugin):
    offered = choices(open_page(person, "/v1/jobs").content.decode(), "plugin_id")
    assert offered[0] == "ocr"
    make_finished_job(owner, [make_media(owner)])
    text = open_page(person, "/v1/jobs").content.decode()
    assert choices(text, "plugin_id")[0] == "echo"
    assert sorted(choices(text, "plugin_id")) == sorted(offered)


def test_the_forms_of_one_file_offer_what_takes_it(person, echo_plugin):
    images = open_page(person, "/v1/image/submit").content.decode()
    videos = open_page(person, "/v1/video/submit").content.decode()
    assert "describe" in choices(images, "tool")
    assert "watch" not in choices(images, "tool")
    assert "watch" in choices(videos, "tool")
    assert "describe" not in choices(videos, "tool")
    assert "describe" in choices(open_page(person, "/v1/analyze").content.decode(), "tool")


def test_what_the_form_offers_can_be_sent(person, echo_plugin):
    text = open_page(person, "/v1/image/submit").content.decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
    form = {name: value or "" for name, value in FIELD.findall(text)}
    form |= {"csrfmiddlewaretoken": token, "file": form_file(), "plugin_id": "echo"}
    sent = person.post("/v1/image/submit", form | {"tool": "read"}, headers=HTML)
    assert sent.status_code == 200, sent.content.decode()
    assert Job.objects.get().tools == ["read"]


def test_what_it_does_not_offer_is_still_taken(person, owner, echo_plugin):
    assert "parrot" not in choices(open_page(person, "/v1/jobs").content.decode(), "plugin_id")
    form = {"plugin_id": "parrot", "tool": "analyze", "file": form_file()}
    assert api_client(owner).post("/v1/jobs", form, format="multipart").status_code == 202
    assert (Job.objects.get().plugin_id, Job.objects.get().tools) == ("echo", ["describe"])


def test_no_list_of_plugins_is_in_what_options_tells(owner, echo_plugin):
    told = api_client(owner).options("/v1/jobs").json()["actions"]["POST"]
    assert told["plugin_id"]["type"] == "string"
    assert "choices" not in told["plugin_id"]


def test_an_export_can_be_asked_for_by_the_form(person, owner, echo_plugin):
    job = make_finished_job(owner, [make_media(owner)])
    text = open_page(person, "/v1/exports").content.decode()
    assert {"coco", "jsonl"} <= set(choices(text, "format"))
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', text)[1]
    form = {name: value or "" for name, value in FIELD.findall(text)}
    assert {"options", "job_id", "tag", "tool"} <= set(form)
    form |= {"csrfmiddlewaretoken": token, "format": "jsonl", "job_id": str(job.pk)}
    sent = person.post("/v1/exports", form, headers=HTML)
    assert sent.status_code == 202, sent.content.decode()
    made = Job.objects.exclude(pk=job.pk).get()
    assert (made.plugin_id, made.tools) == ("exports", ["jsonl"])
    refused = person.post("/v1/exports", form | {"format": "doc"}, headers=HTML)
    assert refused.status_code == 422
    assert "There is no format &#x27;doc&#x27;" in refused.content.decode()


def test_without_the_token_the_form_is_refused(person, echo_plugin):
    response = person.post("/v1/jobs", {"plugin_id": "echo", "file": form_file()}, headers=HTML)
    assert response.status_code == 403
    assert Job.objects.count() == 0


def test_a_key_that_may_only_read_is_offered_no_form(owner, echo_plugin):
    text = api_client(owner, ["read"]).get("/v1/jobs", headers=HTML).content.decode()
    assert 'type="file"' not in text


def test_nothing_of_other_people_is_on_a_page(person, echo_plugin):
    job = make_job(make_user(), [make_media(make_user(), "theirs.png")])
    text = open_page(person, "/v1/jobs").content.decode()
    assert str(job.pk) not in text
    assert "theirs.png" not in text


def test_file_names_are_escaped(person, owner, echo_plugin):
    medium = make_media(owner, "<img src=x onerror=alert(1)>.png")
    text = open_page(person, f"/v1/media/{medium.pk}").content.decode()
    assert "<img src=x" not in text
    assert "&lt;img src=x" in text


def test_strangers_are_shown_the_way_in(db):
    response = Client().get("/v1/jobs", headers=HTML)
    assert response.status_code == 401
    assert "/login?next=/v1/jobs" in response.content.decode()


class TestSwagger:
    def test_the_page_needs_nothing_from_elsewhere(self, person):
        response = person.get("/v1/docs")
        assert response.status_code == 200
        text = response.content.decode()
        assert not re.findall(r"https?://", text)
        for script in re.findall(r"<script[^>]*>", text):
            assert "src=" in script
        policy = response["Content-Security-Policy"]
        assert "style-src 'self' 'unsafe-inline'" in policy
        assert "script-src" not in policy  # default-src 'self' stands for it

    def test_its_script_is_served(self, person):
        text = person.get("/v1/docs").content.decode()
        for url in re.findall(r'(?:src|href)="([^"]+)"', text):
            response = person.get(url.replace("&amp;", "&"))
            assert response.status_code == 200, url
        script = person.get("/v1/docs?script=")
        assert script["Content-Type"].startswith("application/javascript")
        assert "schema" in script.content.decode() or "schema" in script.getvalue().decode()

    def test_only_this_page_has_the_looser_policy(self, person):
        assert "unsafe-inline" not in person.get("/v1/jobs")["Content-Security-Policy"]
