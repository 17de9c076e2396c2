"""Errors are problems (RFC 9457), wherever under /v1 they happen."""

import logging

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import path

import forgesyte.urls
from forgesyte.urls import handler400, handler403, handler404, handler500  # noqa: F401
from tests.api.asserts import assert_problem

JSON_PAGE = {"Accept": "application/json"}


def crash(_request):
    raise RuntimeError("the secret of the house")


def post_form(_request):
    return HttpResponse("taken")


urlpatterns = [path("v1/crash", crash), path("v1/form", post_form), path("crash", crash)]
urlpatterns += forgesyte.urls.urlpatterns


@pytest.mark.parametrize(
    "url",
    [
        "/v1/nothing",
        "/v1/jobs/x",
        "/v1/jobs/x/items",
        "/v1/nothing/",
        "/v1/%00",
        "/v1/%ff",
        "/v1//jobs",
        "/v1/jobs//",
    ],
)
def test_an_address_that_leads_nowhere(client, url):
    assert_problem(client.get(url), 404, "/v1/schema")


def test_the_api_itself_is_an_address_with_and_without_a_slash(client):
    assert client.get("/v1/").json() == client.get("/v1").json()


def test_pages_keep_their_own_errors(client):
    response = client.get("/nothing-here")
    assert response.status_code == 404
    assert "json" not in response["Content-Type"]


def test_a_method_that_is_not_allowed(client):
    response = client.delete("/v1/jobs")
    assert_problem(response, 405, "DELETE")
    assert {"GET", "POST"} <= set(response["Allow"].split(", "))


def test_an_answer_of_a_type_we_do_not_have(client):
    assert_problem(client.get("/v1/jobs", headers={"Accept": "image/png"}), 406, "json")


def test_a_body_of_a_type_we_do_not_read(client):
    response = client.post("/v1/jobs", "<a/>", content_type="application/xml")
    assert_problem(response, 415, "application/json")


def test_people_in_a_browser_see_the_same_on_a_page(client):
    response = client.get("/v1/jobs?limit=0", headers={"Accept": "text/html"})
    assert response.status_code == 400
    assert response["Content-Type"].startswith("text/html")
    assert "1 to 100" in response.content.decode()


@pytest.mark.urls("tests.api.test_problems")
def test_our_own_mistake_is_a_problem_without_its_secrets(db, caplog):
    client = Client(raise_request_exception=False)
    problem = assert_problem(client.get("/v1/crash"), 500, "log")
    assert "secret" not in str(problem)
    assert "secret of the house" in caplog.text


@pytest.mark.urls("tests.api.test_problems")
def test_on_a_page_it_stays_a_page(db):
    response = Client(raise_request_exception=False).get("/crash")
    assert response.status_code == 500
    assert response["Content-Type"].startswith("text/html")


@pytest.mark.urls("tests.api.test_problems")
def test_a_form_without_its_csrf_token(db):
    response = Client(enforce_csrf_checks=True).post("/v1/form", {"a": 1})
    assert_problem(response, 403, "CSRF")


def test_a_wrong_host_name(db):
    assert_problem(Client(SERVER_NAME="evil.example").get("/v1/jobs"), 400)


class TestRequestId:
    def test_a_request_gets_an_id_of_its_own(self, client):
        first, second = (client.get("/v1/jobs")["X-Request-ID"] for _ in range(2))
        assert first != second
        assert len(first) == 16

    def test_an_id_that_a_proxy_gave_is_kept(self, client):
        response = client.get("/v1/nothing", headers={"X-Request-ID": "edge-1.2_3"})
        assert response["X-Request-ID"] == "edge-1.2_3"
        assert response.json()["request_id"] == "edge-1.2_3"

    @pytest.mark.parametrize("given", ["", "a b", "x" * 65, "<script>", "a\tb", "ä"])
    def test_an_id_that_could_harm_the_log_is_not(self, client, given):
        response = client.get("/v1/jobs", headers={"X-Request-ID": given})
        assert response["X-Request-ID"] != given

    def test_log_lines_carry_it(self, client, settings):
        from forgesyte.request_id import RequestIdFilter

        given = client.get("/v1/jobs")["X-Request-ID"]
        record = logging.LogRecord("x", logging.INFO, __file__, 1, "text", (), None)
        assert RequestIdFilter().filter(record)
        assert record.request_id == given
        assert "{request_id}" in settings.LOGGING["formatters"]["line"]["format"]
