"""Every search of the admin finds words in any case of any script, as the library does."""

import pytest
from django.contrib.admin import site
from django.contrib.auth import get_user_model
from django.urls import reverse

from forgesyte.admin_search import SearchedInAnyCase
from jobs.models import ApiKey, Job
from plugins_app.models import Plugin
from tests.admin.pages import address, listed
from tests.factories import job_row, make_plugin, make_user, media_row

UPPER_AND_LOWER = [("Ärger.png", "ärger"), ("ПРИВЕТ.png", "привет"), ("Όψη.png", "ΌΨΗ")]


def found(client, where, term):
    return len(listed(client.get(where, {"q": term})))


@pytest.mark.parametrize(("filename", "term"), UPPER_AND_LOWER)
@pytest.mark.parametrize("model", ["media", "jobitem", "job"])
def test_a_file_name_is_found(boss, owner, model, filename, term):
    job_row(owner, media_row(owner, filename))
    job_row(owner, media_row(owner, "other.png"))
    assert found(boss, address(model), term) == 1
    assert found(boss, address(model), f'"{term}.PNG"') == 1
    assert found(boss, address(model), f"{term} other") == 0


@pytest.mark.parametrize("model", ["media", "blob", "job", "apikey"])
def test_an_owner_is_found(boss, owner, model):
    for user in (owner, make_user("Änne")):
        job_row(user)
        ApiKey.objects.issue(user, "scanner", ["read"])
    assert found(boss, address(model), "ÄNNE") == 1
    assert found(boss, address(model), "OLG") == 1


def test_an_api_key_is_found_by_its_name(boss, owner):
    ApiKey.objects.issue(owner, "Büro", ["read"])
    ApiKey.objects.issue(owner, "laptop", ["read"])
    assert found(boss, address("apikey"), "BÜRO") == 1


def test_a_plugin_is_found_by_its_name(boss):
    make_plugin()
    make_plugin("mood")
    Plugin.objects.filter(pk="mood").update(name="Ärger-Erkennung")
    assert found(boss, reverse("admin:plugins_app_plugin_changelist"), "ärger") == 1


def test_a_user_is_found_in_the_list_and_among_the_owners_of_a_key(boss):
    make_user("Änne")
    make_user("peter", last_name="Öztürk")
    users = reverse("admin:auth_user_changelist")
    assert found(boss, users, "änne") == 1
    assert found(boss, users, "ÖZTÜRK") == 1
    query = {"app_label": "jobs", "model_name": "apikey", "field_name": "owner", "term": "änne"}
    answer = boss.get(reverse("admin:autocomplete"), query).json()
    assert [one["text"] for one in answer["results"]] == ["Änne"]


def test_every_search_of_ours_follows_the_rule():
    ours = {model for model in site._registry if model._meta.app_label != "django_q"}
    searched = {model for model in ours if site._registry[model].search_fields}
    assert {Job, Plugin, get_user_model()} <= searched
    for model in searched:
        assert isinstance(site._registry[model], SearchedInAnyCase), model
