"""The pages about plugins."""

import pytest
from django.urls import reverse

from plugins_app.models import Plugin


def test_the_list_shows_what_each_does_and_hides_the_servers_own(client, echo_plugin):
    page = client.get(reverse("plugins")).content.decode()
    assert "Says what it was given" in page
    assert reverse("plugin", args=["echo"]) in page
    assert "Media probe" not in page


def test_an_unavailable_plugin_says_why_on_both_pages(client, echo_plugin):
    Plugin.objects.filter(pk="echo").update(available=False, reason="Set ECHO_MODEL.")
    for where in (reverse("plugins"), reverse("plugin", args=["echo"])):
        page = client.get(where).content.decode()
        assert "Unavailable" in page
        assert "Set ECHO_MODEL." in page


def test_a_broken_plugin_without_manifest_has_a_page(client, db):
    Plugin.objects.create(
        id="broken", name="broken", source="folder", reason="$.tools: <b>is missing</b>."
    )
    page = client.get(reverse("plugin", args=["broken"])).content.decode()
    assert "$.tools: &lt;b&gt;is missing&lt;/b&gt;." in page


def test_settings_are_a_table(client, echo_plugin):
    page = client.get(reverse("plugin", args=["echo"])).content.decode()
    for words in ("<code>times</code>", "whole number", "1 to 1000000", "plain, loud", "yes or no"):
        assert words in page


def test_an_alias_leads_to_the_page_of_the_id(client, echo_plugin):
    answer = client.get(reverse("plugin", args=["parrot"]))
    assert answer.status_code == 302
    assert answer.url == reverse("plugin", args=["echo"])


@pytest.mark.parametrize("name", ["nothing", "media", "a\0b"])
def test_unknown_and_internal_plugins_have_no_page(client, echo_plugin, name):
    assert client.get(reverse("plugin", args=[name])).status_code == 404


@pytest.mark.parametrize(
    ("change", "words"),
    [({"enabled": False}, "switched this plugin off"), ({"paused": True}, "paused this plugin")],
)
def test_what_the_operator_decided_is_said(client, echo_plugin, change, words):
    Plugin.objects.filter(pk="echo").update(**change)
    assert words in client.get(reverse("plugin", args=["echo"])).content.decode()


def test_without_plugins_the_page_says_where_they_come_from(client, db):
    Plugin.objects.update(removed=True)
    assert "No plugin is installed" in client.get(reverse("plugins")).content.decode()
