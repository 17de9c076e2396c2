"""Logging in and out, and changing the password."""

import pytest
from django.urls import reverse

from tests.factories import make_user


@pytest.fixture
def ada(db):
    """Somebody with a password."""
    return make_user("ada", password="pass")


def log_in(browser, name, password, following=""):
    return browser.post(
        reverse("login"), {"username": name, "password": password, "next": following}
    )


def test_login_leads_to_the_page_that_was_wanted(stranger, ada):
    answer = log_in(stranger, "ada", "pass", following="/jobs")
    assert answer.status_code == 302
    assert answer.url == "/jobs"


def test_login_does_not_lead_to_another_site(stranger, ada):
    assert log_in(stranger, "ada", "pass", following="https://evil.example/").url == "/"


def test_wrong_password_is_said_and_the_name_is_kept(stranger, ada):
    page = log_in(stranger, "ada", "wrong").content.decode()
    assert "Please enter a correct username and password" in page
    assert 'value="ada"' in page


def test_people_who_are_logged_in_skip_the_login_page(client):
    assert client.get(reverse("login")).url == reverse("upload")


def test_logging_out_is_a_form_not_a_link(client):
    assert client.get(reverse("logout")).status_code == 405
    assert client.post(reverse("logout")).url == reverse("login")
    assert client.get(reverse("jobs")).status_code == 302


def test_a_changed_password_is_confirmed_and_works(client, ada, stranger):
    answer = client.post(
        reverse("change-password"),
        {
            "old_password": "pass",
            "new_password1": "a long new phrase",
            "new_password2": "a long new phrase",
        },
        follow=True,
    )
    assert "Your password was changed." in answer.content.decode()
    assert log_in(stranger, "ada", "a long new phrase").status_code == 302


def test_a_weak_password_is_refused_beside_its_field(client, ada):
    page = client.post(
        reverse("change-password"),
        {"old_password": "pass", "new_password1": "12345", "new_password2": "12345"},
    ).content.decode()
    assert "too short" in page
    assert 'id="id_new_password2_error"' in page
    assert ada.check_password("pass")


def test_only_staff_see_the_way_to_the_admin(client, stranger, db):
    admin = reverse("admin:index")
    assert f'href="{admin}"' not in client.get(reverse("jobs")).content.decode()
    stranger.force_login(make_user("root", is_staff=True))
    assert f'href="{admin}"' in stranger.get(reverse("jobs")).content.decode()
