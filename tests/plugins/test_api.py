"""``/v1/plugins`` as a client sees it."""

import pytest
from rest_framework.test import APIClient

from plugins_app.models import Plugin
from plugins_app.sync import sync_plugins
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def client(fixture_plugins):
    """Somebody who is logged in; the fixture plugins are installed."""
    sync_plugins()
    made = APIClient()
    made.force_authenticate(make_user("ada"))
    return made


def test_the_list_has_sound_and_broken_plugins_but_no_internal_ones(client):
    answer = client.get("/v1/plugins").json()
    assert (answer["next"], answer["previous"]) == (None, None)
    found = {plugin["id"]: plugin for plugin in answer["results"]}
    assert "media" not in found
    assert found["good"]["state"] == "ready"
    assert found["bad_manifest"]["state"] == "unavailable"
    assert found["bad_manifest"]["tools"] == []
    assert found["needs-things"]["reason"].startswith("The environment variable A_MODEL")


def test_a_plugin_shows_its_tools_and_parameters(client):
    plugin = client.get("/v1/plugins/good").json()
    tool = plugin["tools"][0]
    assert tool["id"] == "describe"
    assert tool["inputs"] == ["image_bytes", "image_base64"]
    assert tool["params"]["properties"]["min_score"]["default"] == 0.25
    assert plugin["version"] == "2.1.0"
    assert len(plugin["code_digest"]) == 64
    assert plugin["urls"]["self"] == "http://testserver/v1/plugins/good"


def test_an_alias_leads_to_the_plugin(client):
    assert client.get("/v1/plugins/fine").json()["id"] == "good"


def test_the_links_lead_where_they_say(client):
    urls = client.get("/v1/plugins/good").json()["urls"]
    assert client.get(urls["self"]).json()["id"] == "good"
    assert client.get(urls["manifest"]).json()["id"] == "good"


def test_the_manifest_is_the_canonical_one(client):
    manifest = client.get("/v1/plugins/good/manifest").json()
    assert manifest == Plugin.objects.get(pk="good").parsed_manifest.canonical()


@pytest.mark.parametrize("name", ["nobody", "media", "a%00b", "x" * 300, "%F0%9F%A6%8A"])
@pytest.mark.parametrize("tail", ["", "/manifest"])
def test_unknown_and_internal_plugins_are_not_found(client, name, tail):
    answer = client.get(f"/v1/plugins/{name}{tail}")
    assert answer.status_code == 404
    assert "There is no plugin" in answer.json()["detail"]


def test_a_near_miss_gets_a_hint(client):
    assert "Did you mean good?" in client.get("/v1/plugins/goood").json()["detail"]


def test_the_manifest_of_a_broken_plugin_is_not_found_and_says_why(client):
    answer = client.get("/v1/plugins/no_manifest/manifest")
    assert answer.status_code == 404
    assert "The folder has no manifest.json." in answer.json()["detail"]


def test_a_disabled_and_a_paused_plugin_say_so(client):
    Plugin.objects.filter(pk="good").update(paused=True)
    assert client.get("/v1/plugins/good").json()["state"] == "paused"
    Plugin.objects.filter(pk="good").update(enabled=False)
    assert client.get("/v1/plugins/good").json()["state"] == "disabled"


def test_a_removed_plugin_is_not_found(client):
    Plugin.objects.filter(pk="good").update(removed=True)
    assert client.get("/v1/plugins/good").status_code == 404


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete"])
def test_nothing_can_be_written(client, method):
    assert getattr(client, method)("/v1/plugins/good").status_code == 405


@pytest.mark.parametrize("path", ["/v1/plugins", "/v1/plugins/good", "/v1/plugins/good/manifest"])
def test_a_stranger_sees_nothing(fixture_plugins, path):
    assert APIClient().get(path).status_code == 401


def test_the_list_costs_the_same_however_many_plugins_there_are(client, django_assert_num_queries):
    with django_assert_num_queries(1):
        client.get("/v1/plugins")


def test_people_in_a_browser_get_a_page(client):
    answer = client.get("/v1/plugins/good", HTTP_ACCEPT="text/html")
    assert answer.status_code == 200
    assert b"<html" in answer.content
