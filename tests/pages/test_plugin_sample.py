"""The sample picture on a plugin's page."""

import shutil

import pytest
from django.urls import reverse

from plugins_app.finding import registry
from plugins_app.sync import sync_plugins
from tests.factories import PLUGINS, picture


@pytest.fixture
def echo(settings, db, tmp_path):
    """The folder of a plugin of this test's own."""
    root = shutil.copytree(PLUGINS / "echo", tmp_path / "plugins" / "echo")
    settings.PLUGIN_DIRS = [root.parent]
    sync_plugins()
    yield root
    settings.PLUGIN_DIRS = []
    registry.refresh()


def address(plugin="echo"):
    return reverse("plugin-sample", args=[plugin])


def page_of(client, plugin="echo"):
    return client.get(reverse("plugin", args=[plugin])).content.decode()


@pytest.mark.parametrize(
    ("name", "kind", "content_type"),
    [("sample.png", "PNG", "image/png"), ("sample.webp", "WEBP", "image/webp")],
)
def test_it_is_shown_and_served_as_what_it_is(client, echo, name, kind, content_type):
    data = picture(kind=kind)
    (echo / name).write_bytes(data)
    assert f'src="{address()}"' in page_of(client)
    answer = client.get(address())
    assert b"".join(answer.streaming_content) == data
    assert answer["Content-Type"] == content_type
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert "private" in answer["Cache-Control"]
    again = client.get(address(), headers={"If-None-Match": answer["ETag"]})
    assert again.status_code == 304


def test_without_one_there_is_none(client, echo):
    assert address() not in page_of(client)
    assert client.get(address()).status_code == 404


def test_what_is_no_picture_is_not_served(client, echo):
    (echo / "sample.png").write_bytes(b"<script>alert(1)</script>")
    assert address() not in page_of(client)
    assert client.get(address()).status_code == 404


def test_a_link_is_not_followed(client, echo, tmp_path):
    (tmp_path / "secret.png").write_bytes(picture())
    (echo / "sample.png").symlink_to(tmp_path / "secret.png")
    assert client.get(address()).status_code == 404


def test_a_huge_one_is_not_served(client, echo):
    (echo / "sample.png").write_bytes(picture() + b"\0" * 2 * 1024 * 1024)
    assert client.get(address()).status_code == 404


@pytest.mark.parametrize("plugin", ["nobody", "media", "a\0b", "..", "echo/.."])
def test_only_plugins_have_samples(client, echo, plugin):
    assert client.get(f"/plugins/{plugin}/sample").status_code == 404


def test_strangers_are_sent_to_the_login(client, echo):
    (echo / "sample.png").write_bytes(picture())
    client.logout()
    answer = client.get(address())
    assert answer.status_code == 302
    assert answer.url.startswith(reverse("login"))


def test_the_sample_is_no_code(echo):
    before = registry.get("echo").code_digest
    (echo / "sample.png").write_bytes(picture())
    registry.refresh()
    assert registry.get("echo").code_digest == before


def test_the_text_reader_brings_one(client, db):
    assert address("ocr") in page_of(client, "ocr")
    assert client.get(address("ocr"))["Content-Type"] == "image/webp"
