"""Who may come in: API keys and sessions."""

from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from jobs.models import ApiKey
from tests.api.asserts import assert_problem
from tests.factories import api_client, make_key, make_user

URL = "/v1/jobs"


def get(key):
    return Client().get(URL, headers={"X-API-Key": key})


def test_without_a_key_and_a_session_nobody_comes_in(db):
    response = Client().get(URL)
    assert_problem(response, 401, "X-API-Key")
    assert response["WWW-Authenticate"].startswith("ApiKey")


def test_a_key_is_enough(owner):
    assert get(make_key(owner)).status_code == 200
    assert get(f" {make_key(owner)} ").status_code == 200


@pytest.mark.parametrize("key", ["", "fs_wrong", "\xe4\xf6", "x" * 10_000])
def test_a_key_that_does_not_exist_is_refused(db, key):
    response = get(key)
    assert_problem(response, 401, "not valid")
    assert response["WWW-Authenticate"]


@pytest.mark.parametrize(
    "change",
    [
        {"revoked_at": timezone.now()},
        {"expires_at": timezone.now() - timedelta(seconds=1)},
    ],
)
def test_a_key_that_has_ended_is_refused(owner, change):
    key = make_key(owner)
    assert get(key).status_code == 200
    ApiKey.objects.update(**change)
    assert_problem(get(key), 401, "expired or revoked")


def test_the_key_of_a_person_who_left_is_refused(owner):
    key = make_key(owner)
    owner.is_active = False
    owner.save()
    assert_problem(get(key), 401)


def test_a_wrong_key_does_not_fall_back_to_the_session(owner):
    browser = Client()
    browser.force_login(owner)
    assert_problem(browser.get(URL, headers={"X-API-Key": "fs_wrong"}), 401)


def test_a_key_that_may_only_read(owner):
    client = api_client(owner, ["read"])
    assert client.get(URL).status_code == 200
    assert client.head(URL).status_code == 200
    assert_problem(client.post(URL, {}), 403, "'submit'")


def test_a_key_that_may_only_submit(owner):
    client = api_client(owner, ["submit"])
    assert_problem(client.get(URL), 403, "'read'")
    assert_problem(client.post(URL, {}), 400)


def test_a_session_may_do_everything_with_its_csrf_token(owner):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(owner)
    assert browser.get(URL).status_code == 200
    assert_problem(browser.post(URL, {}, content_type="application/json"), 403, "CSRF")
    page = browser.get(URL, headers={"Accept": "text/html"})
    token = page.cookies["csrftoken"].value
    response = browser.post(
        URL, {}, content_type="application/json", headers={"X-CSRFToken": token}
    )
    assert_problem(response, 400)


def test_the_last_use_is_noted_but_not_with_every_request(owner, django_assert_num_queries):
    client = api_client(owner)
    client.get(URL)
    first = ApiKey.objects.get().last_used_at
    assert timezone.now() - first < timedelta(minutes=1)
    client.get(URL)
    assert ApiKey.objects.get().last_used_at == first
    ApiKey.objects.update(last_used_at=first - timedelta(minutes=2))
    client.get(URL)
    assert ApiKey.objects.get().last_used_at > first


def test_the_key_is_not_kept_as_text(owner):
    key = make_key(owner)
    row = ApiKey.objects.values().get()
    assert key not in str(row)
    assert row["hint"] == key[:7]


def test_staff_see_no_more_than_others(owner, echo_plugin):
    from tests.factories import make_job

    job = make_job(owner)
    staff = api_client(make_user(is_staff=True, is_superuser=True))
    assert_problem(staff.get(f"/v1/jobs/{job.pk}"), 404)
    assert staff.get(URL).json()["results"] == []
