"""People who look at the admin."""

import pytest
from django.test import Client

from tests.factories import make_user

VIEW_ALL = tuple(
    f"view_{model}" for model in ("job", "jobitem", "media", "blob", "worker", "apikey")
)


def client_of(user):
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def boss(db):
    return client_of(make_user("boss", is_staff=True, is_superuser=True))


@pytest.fixture
def viewer(db):
    return client_of(make_user("viewer", *VIEW_ALL, is_staff=True))


@pytest.fixture
def stranger(db):
    return client_of(make_user("stranger", is_staff=True))


@pytest.fixture
def customer(db):
    return client_of(make_user("customer"))


@pytest.fixture
def owner(db):
    return make_user("olga")
