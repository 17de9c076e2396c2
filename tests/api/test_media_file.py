"""GET /v1/media/{id}/file"""

from pathlib import Path
from urllib.parse import unquote

import pytest

from tests.api.asserts import assert_problem
from tests.factories import make_media, picture


@pytest.fixture
def data():
    return picture(100, 80)


@pytest.fixture
def medium(owner, data):
    return make_media(owner, "a.png", data)


@pytest.fixture
def fetch(client, medium):
    return lambda **headers: client.get(f"/v1/media/{medium.pk}/file", headers=headers)


def test_the_bytes_come_back_as_they_went_in(fetch, data, medium):
    response = fetch()
    assert response.status_code == 200
    assert response.getvalue() == data
    assert response["Content-Type"] == "image/png"
    assert response["Content-Length"] == str(len(data))
    assert response["Content-Disposition"] == 'inline; filename="a.png"'
    assert response["ETag"] == f'"{medium.blob.sha256}"'
    assert response["Accept-Ranges"] == "bytes"


@pytest.mark.parametrize(
    ("content_type", "codec", "how"),
    [
        ("video/mp4", "h264", "inline"),
        ("video/webm", "vp9", "inline"),
        ("video/quicktime", "h264", "inline"),
        ("video/mp4", "hevc", "attachment"),
        ("video/x-matroska", "h264", "attachment"),
        ("video/x-msvideo", "mpeg4", "attachment"),
        ("image/tiff", "", "attachment"),
        ("image/avif", "", "inline"),
    ],
)
def test_what_browsers_show_is_shown_and_everything_else_is_a_download(
    fetch, medium, content_type, codec, how
):
    medium.blob.content_type, medium.blob.probe = content_type, {"codec": codec}
    medium.blob.save()
    response = fetch()
    assert response["Content-Type"] == content_type
    assert response["Content-Disposition"].partition(";")[0] == how


def test_browsers_can_not_be_made_to_run_it(fetch):
    response = fetch()
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].endswith("sandbox")
    assert response["Cross-Origin-Resource-Policy"] == "same-origin"


def test_a_video_that_is_opened_by_itself_may_be_loaded_by_the_page_around_it(fetch, medium):
    """Chromium's page has it loaded once more with CORS, which fails from a sandbox's origin."""
    medium.blob.content_type = "video/mp4"
    medium.blob.save()
    policy = fetch()["Content-Security-Policy"]
    assert "media-src 'self'" in policy
    assert policy.endswith("sandbox allow-same-origin")


def test_only_the_owners_browser_may_keep_it(fetch):
    response = fetch()
    assert response["Cache-Control"].startswith("private")
    assert {"Cookie", "X-API-Key"} <= set(response["Vary"].replace(",", " ").split())


def test_what_the_browser_has_is_not_sent_again(fetch):
    response = fetch(**{"If-None-Match": fetch()["ETag"]})
    assert response.status_code == 304
    assert response.content == b""
    assert response["ETag"]


@pytest.mark.parametrize(
    ("header", "start", "end"),
    [
        ("bytes=0-9", 0, 10),
        ("bytes=10-", 10, None),
        ("bytes=-5", -5, None),
        ("bytes=0-999999999", 0, None),
        ("bytes=3-3", 3, 4),
        ("BYTES = 1 - 2", 1, 3),
    ],
)
def test_a_range_of_bytes(fetch, data, header, start, end):
    response = fetch(Range=header)
    expected = data[start:end]
    first = start if start >= 0 else len(data) + start
    assert response.status_code == 206
    assert response.getvalue() == expected
    assert response["Content-Length"] == str(len(expected))
    assert response["Content-Range"] == f"bytes {first}-{first + len(expected) - 1}/{len(data)}"


@pytest.mark.parametrize(
    "header",
    [
        "",
        "bytes=",
        "bytes=-",
        "bytes=5-2",
        "lines=0-1",
        "bytes=a-b",
        "bytes=0-1,3-4",
        "bytes=" + "9" * 30 + "-",
    ],
)
def test_a_range_that_makes_no_sense_is_ignored(fetch, data, header):
    response = fetch(Range=header)
    assert response.status_code == 200
    assert response.getvalue() == data


@pytest.mark.parametrize("header", ["bytes=999999-", "bytes=-0"])
def test_a_range_outside_of_the_file(fetch, data, header):
    response = fetch(Range=header)
    assert_problem(response, 416, str(len(data)))
    assert response["Content-Range"] == f"bytes */{len(data)}"


def test_a_range_of_another_version_is_the_whole_file(fetch, data):
    assert fetch(Range="bytes=0-3", **{"If-Range": '"other"'}).status_code == 200
    same = fetch(Range="bytes=0-3", **{"If-Range": fetch()["ETag"]})
    assert (same.status_code, same.getvalue()) == (206, data[:4])


def test_head_has_the_headers_and_no_body(client, medium, data):
    response = client.head(f"/v1/media/{medium.pk}/file", headers={"Range": "bytes=0-3"})
    assert response.status_code == 200
    assert response.content == b""
    assert response["Content-Length"] == str(len(data))


@pytest.mark.parametrize("accept", ["image/*", "image/avif,image/webp,*/*;q=0.8", "text/html", "x"])
def test_it_is_a_picture_whatever_is_accepted(fetch, accept):
    assert fetch(Accept=accept)["Content-Type"] == "image/png"


@pytest.mark.parametrize(
    "name",
    [
        "läuft.png",
        "领收书.png",
        "чек.png",
        "إيصال.png",
        "😀.png",
        'a"b\\c.png',
        "a;b=c.png",
        "क्\u200dष.png",
    ],
)
def test_names_of_any_script_survive(client, owner, name):
    medium = make_media(owner, name)
    header = client.get(f"/v1/media/{medium.pk}/file")["Content-Disposition"]
    assert header.isascii()
    if name.isascii():
        assert (
            header
            == 'inline; filename="'
            + medium.filename.replace("\\", "\\\\").replace('"', '\\"')
            + '"'
        )
    else:
        assert unquote(header.partition("filename*=utf-8''")[2]) == medium.filename


def test_a_line_break_in_a_name_never_reaches_the_headers(client, owner):
    medium = make_media(owner, "a\r\nSet-Cookie: x=1.png")
    response = client.get(f"/v1/media/{medium.pk}/file")
    assert "\n" not in response["Content-Disposition"]
    assert "Set-Cookie" not in response


def test_a_file_that_is_gone_is_410(fetch, medium, settings):
    (Path(settings.MEDIA_ROOT) / medium.blob.file.name).unlink()
    assert_problem(fetch(), 410, "gone")


def test_a_session_may_read_it_too(owner, medium, data):
    from django.test import Client

    browser = Client()
    browser.force_login(owner)
    assert browser.get(f"/v1/media/{medium.pk}/file").getvalue() == data
