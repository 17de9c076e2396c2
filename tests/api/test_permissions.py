"""Every route under /v1, found in the resolver: a route that is not in the table fails."""

import re

import pytest
from django.urls import get_resolver

from jobs.annotating import rules as annotations
from jobs.annotating.rules import Draft
from jobs.exporting import asking as exports
from jobs.exporting import choosing
from tests.api.asserts import assert_problem
from tests.factories import api_client, make_finished_job, make_media, make_user

CATCH_ALL = "^v1(?:/|$)"
PUBLIC: set[str] = set()
PAGES = {"v1/docs"}
"""For people with a session: they are sent to the login page."""

READ, SUBMIT, CHANGE, REPLACE, DELETE = "get", "post", "patch", "put", "delete"
PLAIN = {
    "v1/": [READ],
    "v1/schema": [READ],
    "v1/image/submit": [SUBMIT],
    "v1/video/submit": [SUBMIT],
    "v1/analyze": [SUBMIT],
    "v1/jobs": [READ, SUBMIT],
    "v1/jobs/preview": [SUBMIT],
    "v1/annotations/import": [SUBMIT],
    "v1/compare/results": [READ],
    "v1/compare/jobs": [READ],
    "v1/images": [READ, SUBMIT],
    "v1/videos": [READ, SUBMIT],
    "v1/export-formats": [READ],
    "v1/exports": [READ, SUBMIT],
    "v1/plugins": [READ],
    "v1/plugins/<str:plugin_id>": [READ],
    "v1/plugins/<str:plugin_id>/manifest": [READ],
}
OWNED = {
    "v1/jobs/<uuid:job_id>": [READ, DELETE],
    "v1/jobs/<uuid:job_id>/items": [READ],
    "v1/jobs/<uuid:job_id>/result": [READ],
    "v1/jobs/<uuid:job_id>/video": [READ],
    "v1/jobs/<uuid:job_id>/cancel": [SUBMIT],
    "v1/jobs/<uuid:job_id>/retry": [SUBMIT],
    "v1/video/status/<uuid:job_id>": [READ],
    "v1/video/results/<uuid:job_id>": [READ],
    "v1/results/<uuid:item_id>": [READ],
    "v1/results/<uuid:item_id>/result": [READ],
    "v1/results/<uuid:item_id>/mask": [READ],
    "v1/results/<uuid:item_id>/overlay": [READ],
    "v1/results/<uuid:item_id>/preview": [READ, SUBMIT],
    "v1/results/<uuid:item_id>/artifacts/<str:name>": [READ],
    "v1/results/<uuid:item_id>/annotations": [SUBMIT],
    "v1/results/<uuid:item_id>/export": [READ],
    "v1/exports/<uuid:export_id>": [READ, DELETE],
    "v1/exports/<uuid:export_id>/file": [READ],
    "v1/images/<uuid:media_id>": [READ, CHANGE, DELETE],
    "v1/images/<uuid:media_id>/annotations": [READ, SUBMIT, REPLACE],
    "v1/images/<uuid:media_id>/annotations/<uuid:annotation_id>": [CHANGE, DELETE],
    "v1/images/<uuid:media_id>/history": [READ],
    "v1/media/<uuid:media_id>": [READ, CHANGE, DELETE],
    "v1/media/<uuid:media_id>/file": [READ],
    "v1/media/<uuid:media_id>/thumbnail": [READ],
}
BODIES = {("annotations", SUBMIT): {"bbox": [1, 1, 4, 4]}, ("annotations", REPLACE): []}
CALLS = [(route, method) for route, methods in (PLAIN | OWNED).items() for method in methods]
OWNED_CALLS = [(route, method) for route, methods in OWNED.items() for method in methods]


def routes(resolver=None, prefix=""):
    for entry in (resolver or get_resolver()).url_patterns:
        route = prefix + str(entry.pattern)
        if hasattr(entry, "url_patterns"):
            yield from routes(entry, route)
        elif route.startswith(("v1", "^v1")):
            yield route, entry.callback


@pytest.fixture
def urls(owner, echo_plugin):
    """A real address for each route, of things that the owner has."""
    job = make_finished_job(owner, [make_media(owner)], params={"picture": True})
    item = job.items.get()
    results = choosing.by_ids(owner, [item.pk])
    values = {
        "export_id": exports.request(owner, results, "jsonl").pk,
        "job_id": job.pk,
        "item_id": item.pk,
        "media_id": item.media_id,
        "annotation_id": annotations.add(item.media, [Draft(bbox=[1, 1, 4, 4])])[0].pk,
        "name": "pixel.png",
        "plugin_id": "echo",
    }

    def url(route):
        return "/" + re.sub(r"<\w+:(\w+)>", lambda found: str(values[found[1]]), route)

    return url


def test_every_route_is_in_the_table():
    known = {*PLAIN, *OWNED, *PUBLIC, *PAGES, CATCH_ALL}
    assert {route for route, _view in routes()} == known


def test_every_method_is_in_the_table():
    """A view that learns a method must be listed with it."""
    for route, view in routes():
        if route in PLAIN | OWNED:
            methods = getattr(view, "actions", None) or {READ}  # the root and the schema
            assert set(methods) - {"head"} == set((PLAIN | OWNED)[route]), route


def test_everything_but_the_way_in_is_served_by_viewsets():
    plain = {route for route, view in routes() if not hasattr(view, "actions")}
    assert plain == {"v1/", "v1/schema", "v1/docs", CATCH_ALL}


@pytest.mark.parametrize(("route", "method"), CALLS)
def test_without_a_key_it_is_401(urls, route, method):
    assert_problem(getattr(api_client(), method)(urls(route)), 401)


@pytest.mark.parametrize(("route", "method"), CALLS)
def test_with_the_wrong_scope_it_is_403(urls, owner, route, method):
    scope = "submit" if method == READ else "read"
    assert_problem(getattr(api_client(owner, [scope]), method)(urls(route)), 403)


@pytest.mark.parametrize(("route", "method"), OWNED_CALLS)
def test_other_peoples_things_are_404(urls, route, method):
    assert_problem(getattr(api_client(make_user()), method)(urls(route)), 404)


@pytest.mark.parametrize(("route", "method"), OWNED_CALLS)
def test_staff_see_them_in_the_admin_only(urls, route, method):
    staff = api_client(make_user(is_staff=True, is_superuser=True))
    assert_problem(getattr(staff, method)(urls(route)), 404)


@pytest.mark.parametrize(("route", "method"), OWNED_CALLS)
def test_the_owner_gets_them(urls, owner, route, method):
    """What the tests above refuse is really there."""
    last = route.rpartition("/")[2]
    body = None if route.startswith("v1/results") else BODIES.get((last, method))
    response = getattr(api_client(owner), method)(urls(route), body)
    expected = {"cancel": 409, "retry": 202, "video": 404}  # it has ended, and has an image only
    if route.startswith("v1/results") and last == "preview":  # which has no tracks
        expected["preview"] = {READ: 404, SUBMIT: 409}[method]
    if last in ("mask", "overlay"):  # nothing of this result has a place in the picture
        expected[last] = 409
    if route.startswith("v1/exports"):  # which nobody has made yet
        expected["file"] = 409
    if last == "export":  # to which format?
        expected["export"] = 400
    usual = {DELETE: 204, SUBMIT: 201}.get(method, 200)
    assert response.status_code == expected.get(last, usual)


@pytest.mark.parametrize("route", sorted(PAGES))
def test_pages_send_strangers_to_the_login(db, client, route):
    response = client.get(f"/{route}")
    assert response.status_code == 302
    assert response["Location"].startswith("/login?next=")
