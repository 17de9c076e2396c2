"""People and clients of the API."""

import pytest

from tests.factories import api_client, make_user


@pytest.fixture
def owner(db):
    """Whoever the test is about."""
    return make_user("ada")


@pytest.fixture
def client(owner):
    """The owner's client, with an API key for everything."""
    return api_client(owner)


@pytest.fixture
def stranger(db):
    """Somebody else's client, with an API key for everything."""
    return api_client(make_user("eve"))
