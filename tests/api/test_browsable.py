"""The API's pages for people: they work under the content security policy, forms included."""

import re

import pytest
from django.test import Client

from jobs.models import Job
from tests.factories import form_file, make_finished_job, make_job, make_media, make_user

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


def test_without_the_token_the_form_is_refused(person, echo_plugin):
    response = person.post("/v1/jobs", {"plugin_id": "echo", "file": form_file()}, headers=HTML)
    assert response.status_code == 403
    assert Job.objects.count() == 0


def test_a_key_that_may_only_read_is_offered_no_form(owner, echo_plugin):
    from tests.factories import api_client

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
