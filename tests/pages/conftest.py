"""What the tests of the pages share: two people, each with a browser of their own."""

import pytest
from django.test import Client

from tests.factories import make_user


@pytest.fixture(autouse=True)
def _fast_passwords(settings):
    """A slow hash protects real passwords, not those of tests."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture
def ada(db):
    """Somebody who uses the server."""
    return make_user("ada")


@pytest.fixture
def ben(db):
    """Somebody else."""
    return make_user("ben")


@pytest.fixture
def client(ada):
    """Ada's browser, logged in."""
    browser = Client()
    browser.force_login(ada)
    return browser


@pytest.fixture
def stranger():
    """A browser that nobody has logged in with."""
    return Client()
