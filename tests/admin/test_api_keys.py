"""API keys in the admin: made, shown once, revoked."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth import get_user_model
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from jobs.models import ApiKey
from tests.admin.pages import address, source, words
from tests.factories import make_user

ADD = "admin:jobs_apikey_add"
KEY = re.compile(r"fs_[\w-]{40,}")


def add(client, owner, **values):
    form = {"owner": owner.pk, "name": "laptop", "scopes": ["read", "submit"], **values}
    return client.post(reverse(ADD), form)


def test_a_new_key_is_shown_once_and_works(boss, owner):
    page = add(boss, owner, scopes=["read"])
    [key] = set(KEY.findall(source(page)))
    row = ApiKey.objects.find(key)
    assert (row.owner, row.name, row.scopes) == (owner, "laptop", ["read"])
    for where in (address("apikey"), address("apikey", row.pk), reverse("admin:index")):
        assert key not in source(boss.get(where))
        assert row.digest not in source(boss.get(where))


def test_a_key_is_kept_nowhere_in_clear(boss, owner, caplog):
    page = add(boss, owner)
    [key] = set(KEY.findall(source(page)))
    assert all(key not in morsel.value for morsel in page.cookies.values())
    assert all(key not in str(each.get_decoded()) for each in Session.objects.all())
    assert all(key not in str(vars(entry)) for entry in LogEntry.objects.all())
    assert key not in str(ApiKey.objects.values())
    assert key not in caplog.text
    assert "no-store" in page["Cache-Control"]


def test_a_key_may_have_an_end(boss, owner):
    end = timezone.now() + timedelta(days=3)
    values = {"expires_at_0": f"{end:%Y-%m-%d}", "expires_at_1": f"{end:%H:%M:%S}"}
    add(boss, owner, **values)
    assert ApiKey.objects.get().expires_at == end.replace(microsecond=0)


@pytest.mark.parametrize(
    ("values", "complaint"),
    [
        ({"scopes": []}, "This field is required."),
        ({"scopes": ["read", "everything"]}, "Select a valid choice."),
        ({"name": ""}, "This field is required."),
        ({"expires_at_0": "2020-01-01", "expires_at_1": "00:00"}, "has passed already"),
    ],
)
def test_a_wrong_form_makes_no_key(boss, owner, values, complaint):
    page = add(boss, owner, **values)
    assert complaint in words(page)
    assert not KEY.search(source(page))
    assert not ApiKey.objects.exists()


def test_revoked_keys_stop_working(boss, owner):
    key, row = ApiKey.objects.issue(owner, "laptop")
    values = {"action": "revoke", "_selected_action": [row.pk]}
    assert "Revoked: 1." in words(boss.post(address("apikey"), values, follow=True))
    assert ApiKey.objects.find(key) is None
    first = ApiKey.objects.get().revoked_at
    assert "revoked before" in words(boss.post(address("apikey"), values, follow=True))
    assert ApiKey.objects.get().revoked_at == first


def test_of_a_made_key_only_name_and_end_can_be_changed(boss, owner):
    key, row = ApiKey.objects.issue(owner, "laptop", ["read"])
    boss.post(
        address("apikey", row.pk),
        {
            "name": "desktop",
            "owner": get_user_model().objects.get(username="boss").pk,
            "scopes": ["submit"],
            "digest": "0" * 64,
            "hint": "x",
        },
    )
    changed = ApiKey.objects.find(key)
    assert (changed.name, changed.owner, changed.scopes) == ("desktop", owner, ["read"])


def test_an_expired_key_can_still_be_renamed(boss, owner):
    _, row = ApiKey.objects.issue(owner, "laptop")
    ApiKey.objects.update(expires_at="2020-01-01T00:00:00Z")
    values = {"name": "old", "expires_at_0": "2020-01-01", "expires_at_1": "00:00:00"}
    page = boss.post(address("apikey", row.pk), values)
    assert page.status_code == 302, words(page)
    assert ApiKey.objects.get().name == "old"


def test_staff_cannot_make_keys_that_act_as_somebody_else(client, owner):
    clerk = make_user("clerk", "add_apikey", "view_apikey", is_staff=True)
    client.force_login(clerk)
    assert "Select a valid choice" in words(add(client, owner))
    assert not ApiKey.objects.exists()
    add(client, clerk)
    assert ApiKey.objects.get().owner == clerk


def test_who_may_only_look_can_neither_make_nor_revoke(viewer, owner):
    _, row = ApiKey.objects.issue(owner, "laptop")
    assert viewer.get(reverse(ADD)).status_code == 403
    viewer.post(address("apikey"), {"action": "revoke", "_selected_action": [row.pk]})
    assert ApiKey.objects.get().revoked_at is None


@pytest.mark.parametrize(
    ("change", "state"),
    [
        ({}, "Valid"),
        ({"revoked_at": timezone.now()}, "Revoked"),
        ({"expires_at": timezone.now() - timedelta(days=1)}, "Expired"),
    ],
)
def test_the_list_says_whether_a_key_is_valid(boss, owner, change, state):
    ApiKey.objects.issue(owner, "laptop")
    ApiKey.objects.update(**change)
    assert state in words(boss.get(address("apikey"))).partition("laptop")[2]
