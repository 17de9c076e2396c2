"""GET /v1/results/{item_id}/artifacts/{name}"""

import pytest

from tests.api.asserts import assert_problem
from tests.factories import make_finished_job


@pytest.fixture
def fetch(client, owner, echo_plugin):
    item = make_finished_job(owner, params={"picture": True, "word": "hi"}).items.get()
    return lambda name, **headers: client.get(
        f"/v1/results/{item.pk}/artifacts/{name}", headers=headers
    )


def test_a_picture_is_shown(fetch):
    response = fetch("pixel.png")
    assert response.getvalue().startswith(b"\x89PNG")
    assert response["Content-Type"] == "image/png"
    assert response["Content-Disposition"] == 'inline; filename="pixel.png"'


def test_a_table_is_a_download(fetch):
    response = fetch("words.csv")
    assert response.getvalue() == b"word\nhi\n"
    assert response["Content-Type"] == "text/csv"
    assert response["Content-Disposition"] == 'attachment; filename="words.csv"'


def test_a_page_that_a_plugin_wrote_can_not_run_in_our_name(fetch):
    response = fetch("page.html")
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in response["Content-Security-Policy"]


@pytest.mark.parametrize("name", ["nothing.png", "result.json", "..", "%2e%2e%2fsecret_key", "%00"])
def test_other_names_are_not_found(fetch, name):
    assert_problem(fetch(name), 404)
