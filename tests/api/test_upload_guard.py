"""Bodies that are refused before they are read."""

import io

from django.test import Client

from tests.api.asserts import assert_problem
from tests.factories import form_file


class Unreadable(io.RawIOBase):
    """A body that must not be touched."""

    def read(self, *_args):
        raise AssertionError("The body was read.")


def send(client, url="/v1/image/submit?plugin_id=echo", **environ):
    return client.generic(
        "POST",
        url,
        b"",
        content_type="multipart/form-data; boundary=b",
        **{"wsgi.input": Unreadable()},
        **environ,
    )


def test_a_body_in_chunks_is_asked_for_its_length(client):
    response = send(client, HTTP_TRANSFER_ENCODING="chunked", CONTENT_LENGTH="")
    assert_problem(response, 411, "Content-Length")


def test_a_body_over_every_limit_is_refused_unread(client):
    response = send(client, CONTENT_LENGTH=str(10**11))
    assert_problem(response, 413, "MB")


def test_a_length_of_many_digits_is_no_trouble(client):
    assert_problem(send(client, CONTENT_LENGTH="9" * 5000), 413)


def test_people_get_a_page(db):
    response = send(Client(), "/", CONTENT_LENGTH=str(10**11))
    assert response.status_code == 413
    assert "json" not in response["Content-Type"]


def test_a_request_of_the_allowed_size_comes_through(client, echo_plugin, settings):
    settings.MAX_IMAGE_BYTES = settings.MAX_FILES_PER_JOB = settings.MAX_VIDEO_BYTES = 1000
    response = client.post(
        "/v1/image/submit?plugin_id=echo", {"file": form_file()}, format="multipart"
    )
    assert response.status_code == 200
