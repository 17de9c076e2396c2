"""Videos on their way in: recognised by content, limited by kind, kept as what they are."""

import contextlib
import hashlib

import pytest

from jobs import intake
from jobs.intake import sniff, upload
from jobs.models import Blob, Media
from jobs.refusal import Refusal
from tests.factories import film, make_user, make_video, picture, uploaded

MP4 = film()


@pytest.fixture
def owner(db):
    return make_user("ada")


def take(owner, name, data, **how):
    with contextlib.closing(uploaded(name, data)) as file:
        return intake.receive(owner, file, **how)


def refused(owner, name, data, **how):
    with pytest.raises(Refusal) as caught:
        take(owner, name, data, **how)
    assert not Media.objects.exists()
    assert not Blob.objects.exists()
    return caught.value


def test_a_video_is_kept_with_what_the_probe_found(owner, own_data_dir):
    media = make_video(owner, "walk.mp4", frames=45)
    blob = media.blob
    assert (media.kind, media.filename, blob.content_type) == ("video", "walk.mp4", "video/mp4")
    assert (blob.width, blob.height, blob.frame_count, blob.duration_s) == (160, 120, 45, 1.5)
    assert (blob.probe["codec"], blob.probe["truncated"]) == ("h264", False)
    assert blob.file.name.startswith("video/input/")
    assert blob.file.name.endswith(".mp4")
    assert "walk" not in blob.file.name
    stored = (own_data_dir / "media" / blob.file.name).read_bytes()
    assert hashlib.sha256(stored).hexdigest() == blob.sha256
    assert (own_data_dir / "media" / blob.thumbnail.name).read_bytes()[8:12] == b"WEBP"


@pytest.mark.parametrize(
    ("name", "how", "content_type"),
    [
        ("a.mov", {}, "video/quicktime"),
        ("a.mkv", {}, "video/x-matroska"),
        ("a.webm", {"codec": "libvpx-vp9"}, "video/webm"),
        ("a.avi", {"codec": "mpeg4"}, "video/x-msvideo"),
    ],
)
def test_the_content_decides_and_not_the_name(owner, name, how, content_type):
    media = take(owner, "picture.png", film(name, **how))
    assert (media.kind, media.blob.content_type) == ("video", content_type)
    assert media.blob.file.name.endswith(name[1:])


def test_an_mp4_named_png_and_a_png_named_mp4(owner):
    assert take(owner, "a.png", MP4).kind == "video"
    assert take(owner, "a.mp4", picture()).kind == "image"


@pytest.mark.parametrize(
    ("kind", "data"), [("image", MP4), ("video", picture())], ids=["image", "video"]
)
def test_the_other_kind_is_refused_where_one_is_wanted(owner, kind, data):
    error = refused(owner, "a", data, kinds=[kind])
    assert error.status == 400
    other = {
        "image": "It is a video (video/mp4), not an image. ",
        "video": "It is an image (image/png), not a video. ",
    }
    assert error.message.startswith(other[kind])


@pytest.mark.parametrize(
    "data",
    [
        b"ffconcat version 1.0\nfile /etc/passwd\n",
        b"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\nfile:///etc/passwd\n",
        b"OggS" + bytes(100),
        b"FLV\1" + bytes(100),
        b"\x47" + bytes(187),
    ],
)
def test_lists_and_other_containers_are_refused(owner, data):
    error = refused(owner, "film.mp4", data)
    assert error.status == 400
    assert "Videos may be MP4" in error.message


def test_a_video_that_breaks_off_is_kept_and_says_so(owner):
    whole = film("a.mp4", frames=150, faststart=True)
    media = take(owner, "a.mp4", whole[: len(whole) // 2])
    assert media.blob.probe["truncated"]
    assert 5 < media.blob.frame_count < 140


@pytest.mark.parametrize(
    "data",
    [MP4[: len(MP4) // 2], MP4[:64], b"\0\0\0\x20ftypisom" + bytes(40)],
    ids=["half", "the first 64 bytes", "a header alone"],
)
def test_half_a_video_without_its_index_is_refused(owner, data):
    assert refused(owner, "a.mp4", data).status == 400


def test_a_video_has_the_limit_of_videos_and_a_picture_that_of_pictures(owner, settings):
    settings.MAX_IMAGE_BYTES = 1000
    assert take(owner, "a.mp4", MP4).kind == "video"
    settings.MAX_VIDEO_BYTES, settings.MAX_IMAGE_BYTES = 1000, 10**6
    assert take(owner, "a.png", picture()).kind == "image"
    with pytest.raises(Refusal, match="the limit for videos"):
        take(owner, "b.mp4", film(frames=30))


@pytest.mark.parametrize(
    ("setting", "limit"),
    [("MAX_VIDEO_SECONDS", 1), ("MAX_VIDEO_FRAMES", 20), ("MAX_VIDEO_PIXELS", 1000)],
)
def test_limits_of_length_and_size_are_kept(owner, settings, setting, limit):
    setattr(settings, setting, limit)
    assert refused(owner, "a.mp4", film(frames=60)).status == 413


def test_the_first_bytes_decide_even_when_they_come_one_by_one(owner, settings):
    """Clients choose how their bytes are cut."""
    settings.MAX_IMAGE_BYTES = 100
    handler = upload.HashingUploadHandler()
    handler.new_file("file", "a.mp4", "image/png", len(MP4))
    for at in range(80):
        handler.receive_data_chunk(MP4[at : at + 1], at)
    handler.receive_data_chunk(MP4[80:], 80)
    with contextlib.closing(handler.file_complete(len(MP4))) as file:
        assert (file.kind, file.too_large) == ("video", False)
        assert file.sha256 == hashlib.sha256(MP4).hexdigest()
        assert intake.receive(owner, file).kind == "video"


def test_past_the_limit_nothing_more_is_written(settings):
    settings.MAX_VIDEO_BYTES = 1000
    handler = upload.HashingUploadHandler()
    handler.new_file("file", "a.mp4", "video/mp4", None)
    data = MP4[:900] + bytes(200)
    handler.receive_data_chunk(data[:900], 0)
    handler.receive_data_chunk(data[900:], 900)
    handler.receive_data_chunk(b"x" * 10, 1100)
    with contextlib.closing(handler.file_complete(1110)) as file:
        assert file.too_large
        assert len(file.read()) == 900


def test_a_request_that_the_disk_has_no_room_for_is_not_written(owner, settings):
    settings.FREE_DISK_FLOOR_BYTES = 0
    handler = upload.HashingUploadHandler()
    handler.handle_raw_input(None, {}, 2**60, b"")
    handler.new_file("file", "a.mp4", "video/mp4", None)
    handler.receive_data_chunk(MP4, 0)
    with contextlib.closing(handler.file_complete(len(MP4))) as file:
        assert file.read() == b""
        with pytest.raises(Refusal, match="disk") as caught:
            intake.receive(owner, file)
    assert caught.value.status == 503


def test_the_same_bytes_are_stored_once(owner):
    first, second = take(owner, "a.mp4", MP4), take(owner, "b.mp4", MP4)
    assert first.blob_id == second.blob_id


def test_every_content_type_has_one_kind():
    assert not set(sniff.IMAGES) & set(sniff.VIDEOS)
