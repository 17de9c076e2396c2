"""POST /v1/analyze (deprecated)"""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import pytest

from jobs.models import Job
from plugins_app.models import Plugin
from tests.api.asserts import assert_problem
from tests.factories import api_client, form_file

URL = "/v1/analyze"


def analyze(client, query=""):
    return client.post(f"{URL}{query}", {"file": form_file()}, format="multipart")


@pytest.fixture
def ocr_for_test(echo_plugin):
    """The echo plugin under the name that the route asks for by default."""
    manifest = Plugin.objects.get(pk="echo").manifest
    Plugin.objects.filter(pk="ocr").delete()
    Plugin.objects.filter(pk="echo").update(manifest=manifest | {"aliases": ["ocr"]})


def assert_deprecated(response):
    assert response["Deprecation"].startswith("@")
    since = datetime.fromtimestamp(int(response["Deprecation"][1:]), UTC)
    assert since < parsedate_to_datetime(response["Sunset"])
    assert response["Link"] == '</v1/image/submit>; rel="successor-version"'


def test_the_plugin_is_ocr_unless_named(client, ocr_for_test):
    response = analyze(client)
    assert response.status_code == 200
    assert Job.objects.get().plugin_id == "echo"
    assert_deprecated(response)


def test_plugin_and_tool_may_be_named(client, echo_plugin):
    body = analyze(client, "?plugin=echo&tool=read").json()
    assert (body["plugin_id"], body["tools"]) == ("echo", ["read"])


def test_the_alias_analyze_names_the_default_tool(client, echo_plugin):
    assert analyze(client, "?plugin=echo&tool=analyze").json()["tool"] == "describe"


def test_errors_say_that_the_route_goes_too(client, echo_plugin):
    response = analyze(client, "?plugin=nothing")
    assert_problem(response, 404, "nothing")
    assert_deprecated(response)


def test_strangers_are_told_too(db):
    response = analyze(api_client())
    assert_problem(response, 401)
    assert_deprecated(response)
