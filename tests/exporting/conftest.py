"""People with results to export."""

import pytest

from tests.exporting.drawn import Desk
from tests.factories import api_client, make_user


@pytest.fixture
def ada(db):
    """Whoever the test is about."""
    return make_user("ada")


@pytest.fixture
def client(ada):
    """Ada's client of the API."""
    return api_client(ada)


@pytest.fixture
def plugins(echo_plugin):
    """The server's own plugins, and those for tests."""


@pytest.fixture
def desk(tmp_path):
    """Results as files, and exports made of them in this process."""
    return Desk(tmp_path)
