"""What the tests of output kinds share: somebody, and their browser."""

import pytest
from django.test import Client

from tests.factories import make_user


@pytest.fixture
def ada(db):
    """Somebody who uses the server."""
    return make_user("ada")


@pytest.fixture
def client_of():
    """A browser in which somebody has logged in."""

    def logged_in(user):
        browser = Client()
        browser.force_login(user)
        return browser

    return logged_in
