"""Plugins in the admin."""

import pytest
from django.urls import reverse

from plugins_app.models import Plugin
from plugins_app.sync import sync_plugins
from tests.factories import make_user

pytestmark = pytest.mark.django_db
LIST = "/admin/plugins_app/plugin/"


@pytest.fixture
def boss(client, fixture_plugins):
    """An administrator who is logged in; the fixture plugins are installed."""
    sync_plugins()
    client.force_login(make_user("boss", is_staff=True, is_superuser=True))
    return client


def act(client, action, *ids):
    return client.post(LIST, {"action": action, "_selected_action": ids}, follow=True)


@pytest.mark.parametrize(
    ("action", "field", "value"),
    [("disable", "enabled", False), ("pause", "paused", True)],
)
def test_plugins_are_switched_by_actions_and_back(boss, action, field, value):
    answer = act(boss, action, "good", "troublemaker")
    assert "2 plugin(s)" in answer.content.decode()
    assert getattr(Plugin.objects.get(pk="good"), field) is value
    act(boss, {"disable": "enable", "pause": "resume"}[action], "good")
    assert getattr(Plugin.objects.get(pk="good"), field) is not value
    assert getattr(Plugin.objects.get(pk="troublemaker"), field) is value


def test_the_servers_own_plugins_cannot_be_switched(boss):
    answer = act(boss, "disable", "media")
    assert "internal plugins can&#x27;t be changed" in answer.content.decode()
    assert Plugin.objects.get(pk="media").enabled


def test_the_page_of_a_plugin_shows_manifest_and_last_error_escaped(boss):
    Plugin.objects.get(pk="good").record_error("<script>alert(1)</script>")
    page = boss.get(f"{LIST}good/change/").content.decode()
    assert "&lt;script&gt;" in page
    assert "<script>alert" not in page
    assert "&quot;min_score&quot;" in page


def test_the_form_writes_the_switches_alone(boss):
    Plugin.objects.filter(pk="good").update(last_error="kept")
    boss.post(f"{LIST}good/change/", {"paused": "on", "name": "Evil", "version": "9"})
    row = Plugin.objects.get(pk="good")
    assert (row.enabled, row.paused, row.name, row.version) == (False, True, "Good", "2.1.0")
    assert row.last_error == "kept"


def test_an_error_can_be_forgotten(boss):
    Plugin.objects.get(pk="good").record_error("It crashed.")
    act(boss, "forget_error", "good")
    row = Plugin.objects.get(pk="good")
    assert (row.last_error, row.last_error_at) == ("", None)


def test_a_list_shows_why_a_plugin_is_unavailable(boss):
    page = boss.get(LIST).content.decode()
    assert "The folder has no manifest.json." in page
    assert "A_MODEL_NOBODY_SET" in page


@pytest.mark.parametrize("view", ["add", "delete"])
def test_nothing_is_added_or_deleted(boss, view):
    arguments = ["good"] if view == "delete" else []
    url = reverse(f"admin:plugins_app_plugin_{view}", args=arguments)
    assert boss.get(url).status_code == 403


def test_staff_without_the_permission_see_nothing(client, fixture_plugins):
    client.force_login(make_user("staff", is_staff=True))
    assert client.get(LIST).status_code == 403
