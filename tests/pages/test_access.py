"""Who may open which page. Routes come from the URL configuration, so none is forgotten."""

import re

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from jobs.exporting import asking as exports
from jobs.exporting import choosing
from jobs.pages.urls import urlpatterns as job_pages
from plugins_app.pages.urls import urlpatterns as plugin_pages
from tests.factories import make_finished_job, make_job

OPEN_TO_ALL = {"login", "logout"}
OWNED = {
    "job",
    "compare-job",
    "cancel-job",
    "retry-job",
    "item",
    "item-result",
    "item-text",
    "track-video",
}
EXPORTS = {"export", "export-cancel", "export-again", "export-delete"}
POSTED = {"cancel-job", "retry-job", "track-video", *EXPORTS - {"export"}} | {
    f"library-{name}"
    for name in ("upload", "import", "process", "delete", "prompt", "tag", "take-over")
}
ROUTES = [route for route in [*job_pages, *plugin_pages] if isinstance(route, URLPattern)]
GUARDED = sorted(route.name for route in ROUTES if route.name not in OPEN_TO_ALL)


def address(name, job=None, plugin="echo"):
    """The address of a page, filled in with a job's ids where it has any."""
    wanted = set(re.findall(r"<\w+:(\w+)>", str(next(r for r in ROUTES if r.name == name).pattern)))
    values = {
        "job_id": job.pk if job else "00000000-0000-7000-8000-000000000000",
        "item_id": job.items.get().pk if job else "00000000-0000-7000-8000-000000000001",
        "export_id": job.pk if job else "00000000-0000-7000-8000-000000000003",
        "plugin_id": plugin,
        "media_id": "00000000-0000-7000-8000-000000000002",
    }
    return reverse(name, kwargs={key: values[key] for key in wanted})


def opened(browser: Client, name, where):
    return browser.post(where) if name in POSTED else browser.get(where)


@pytest.mark.parametrize("name", GUARDED)
def test_strangers_are_sent_to_the_login_page(stranger, db, name):
    where = address(name)
    answer = opened(stranger, name, where)
    assert answer.status_code == 302
    assert answer.url == f"{reverse('login')}?next={where}"


def test_every_page_of_a_job_is_in_the_list_of_owned_pages():
    of_jobs = {route.name for route in ROUTES if "job_id" in str(route.pattern)}
    assert of_jobs == OWNED


@pytest.mark.parametrize("name", sorted(OWNED))
def test_other_peoples_jobs_do_not_exist(client, ben, echo_plugin, name):
    job = make_job(ben)
    assert opened(client, name, address(name, job)).status_code == 404
    job.refresh_from_db()
    assert job.status == "pending"


def test_an_item_is_found_only_under_its_own_job(client, ada, echo_plugin):
    one, other = make_job(ada), make_job(ada)
    where = reverse("item", args=[one.pk, other.items.get().pk])
    assert client.get(where).status_code == 404


def test_staff_see_only_their_own_jobs_on_the_pages(ben, echo_plugin, admin_client):
    assert admin_client.get(address("job", make_job(ben))).status_code == 404


def test_a_page_that_updates_itself_loads_anew_when_its_session_is_over(stranger, ben, echo_plugin):
    where = address("job", make_job(ben))
    answer = stranger.get(where, headers={"HX-Request": "true"})
    assert answer.headers["HX-Refresh"] == "true"
    assert answer.content == b""


@pytest.mark.parametrize("name", sorted(POSTED))
def test_what_changes_something_can_not_be_done_by_following_a_link(client, ada, echo_plugin, name):
    assert client.get(address(name, make_job(ada))).status_code == 405


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_other_peoples_exports_do_not_exist(client, ben, echo_plugin, name):
    job = make_finished_job(ben)
    results = choosing.by_ids(ben, [job.items.get().pk])
    export = exports.request(ben, results, "jsonl")
    assert opened(client, name, reverse(name, args=[export.pk])).status_code == 404
    export.refresh_from_db()
    assert export.status == "pending"


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_an_ordinary_job_is_no_export(client, ada, echo_plugin, name):
    job = make_job(ada)
    assert opened(client, name, reverse(name, args=[job.pk])).status_code == 404
    job.refresh_from_db()
    assert job.status == "pending"
