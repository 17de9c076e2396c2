"""Uploaded videos, sound and hostile, through the real probe host."""

import os
from pathlib import Path

import av
import numpy as np
import pytest
from PIL import Image

from plugins_app.finding import registry
from plugins_app.host import HostFailure, PluginHost
from tests.plugins.hosts import call, host_processes, ignore_earlier_hosts, unwatched
from tests.video.clips import SIDE, clip, cut, cv2_clip, sound_only, square

LIMITS = {"max_pixels": 40_000_000, "max_seconds": 3600, "max_frames": 100_000}


@pytest.fixture(scope="module")
def probe_host():
    ignore_earlier_hosts()
    host = PluginHost(registry.get("media"))
    yield host
    host.close()
    assert host_processes() == []


@pytest.fixture
def probe(probe_host, tmp_path):
    """Probes a file; gives the report and the poster."""

    def run(path, **limits):
        workdir = tmp_path / "work"
        workdir.mkdir(exist_ok=True)
        params = {**LIMITS, **limits}
        asked = call("probe_video", Path(path), workdir, params=params, memory_mb=1024)
        done = probe_host.call(asked, unwatched)
        (artifact,) = done.artifacts
        assert (artifact.name, artifact.content_type) == ("thumbnail.webp", "image/webp")
        return done.result, Image.open(artifact.path)

    return run


@pytest.fixture
def refusal(probe):
    """Probes a file that must be refused; gives reason and message."""

    def run(path, **limits):
        with pytest.raises(HostFailure) as caught:
            probe(path, **limits)
        assert not caught.value.retryable
        return caught.value.reason, caught.value.message

    return run


def test_everything_about_a_video_is_told(probe, tmp_path):
    report, poster = probe(clip(tmp_path / "a.mp4", frames=45, audio=True))
    assert report == {
        "kind": "video",
        "content_type": "video/mp4",
        "format": "MP4",
        "codec": "h264",
        "width": 160,
        "height": 120,
        "rotation": 0,
        "fps": 30.0,
        "duration_s": 1.5,
        "frame_count": 45,
        "frame_count_is_estimate": False,
        "has_audio": True,
        "truncated": False,
    }
    assert poster.size == (160, 120)
    assert square(np.asarray(poster.convert("RGB"))[..., ::-1])[2:] == pytest.approx(
        [SIDE, SIDE], abs=2
    )


@pytest.mark.parametrize(
    ("name", "codec", "format_", "content_type", "estimated"),
    [
        ("a.mov", "libx264", "MOV", "video/quicktime", False),
        ("a.m4v", "mpeg4", "MP4", "video/mp4", False),
        ("a.mkv", "libx264", "MKV", "video/x-matroska", True),
        ("a.webm", "libvpx-vp9", "WebM", "video/webm", True),
        ("a.avi", "mpeg4", "AVI", "video/x-msvideo", False),
        ("av1.mp4", "libsvtav1", "MP4", "video/mp4", False),
    ],
)
def test_containers_are_told_by_content(
    probe, tmp_path, name, codec, format_, content_type, estimated
):
    made = clip(tmp_path / name, frames=30, codec=codec).rename(tmp_path / "upload")
    report, _poster = probe(made)
    assert (report["format"], report["content_type"]) == (format_, content_type)
    assert (report["frame_count"], report["frame_count_is_estimate"]) == (30, estimated)
    assert report["duration_s"] == pytest.approx(1.0, abs=0.04)
    assert not report["truncated"]


@pytest.mark.parametrize("name", ["late.mkv", "late.mp4"])
def test_a_recording_that_begins_late_is_as_long_as_its_pictures(probe, tmp_path, name):
    times = [10_000_000 + 40 * number for number in range(60)]
    report, poster = probe(clip(tmp_path / name, 60, times_ms=times, fps=25), max_seconds=100)
    assert (report["frame_count"], report["truncated"]) == (60, False)
    assert report["duration_s"] == pytest.approx(2.4, abs=0.05)
    assert square(np.asarray(poster.convert("RGB"))[..., ::-1])[2] == pytest.approx(SIDE, abs=2)


def test_a_recording_that_begins_late_and_breaks_off_is_truncated(probe, tmp_path):
    times = [10_000_000 + 40 * number for number in range(150)]
    whole = clip(tmp_path / "whole.mkv", 150, times_ms=times, fps=25)
    report, _poster = probe(cut(whole, tmp_path / "late.mkv", 0.5))
    assert report["truncated"]
    assert 5 < report["frame_count"] < 140
    assert report["duration_s"] < 5.5


def test_what_opencv_writes_is_taken(probe, tmp_path):
    assert probe(cv2_clip(tmp_path / "a.avi", 12))[0]["frame_count"] == 12


@pytest.mark.parametrize(("rotation", "size"), [(90, (120, 160)), (180, (160, 120))])
def test_size_and_poster_are_upright(probe, tmp_path, rotation, size):
    report, poster = probe(clip(tmp_path / "a.mp4", frames=5, rotation=rotation))
    assert (report["width"], report["height"]) == poster.size == size
    assert report["rotation"] == rotation
    left, top, _w, _h = square(np.asarray(poster.convert("RGB"))[..., ::-1])
    drawn = {90: (40, 160 - SIDE), 180: (160 - SIDE, 56)}[rotation]  # turned counterclockwise
    assert (left, top) == pytest.approx(drawn, abs=3)


def test_large_posters_are_made_small(probe, tmp_path):
    _report, poster = probe(clip(tmp_path / "a.mp4", frames=3, size=(1280, 720)))
    assert poster.size == (480, 270)


def test_the_length_of_a_variable_frame_rate_is_right(probe, tmp_path):
    times = [0, 20, 60, 400, 430, 1000, 2500, 2520, 3000]
    report, _poster = probe(clip(tmp_path / "a.mkv", frames=9, times_ms=times))
    assert report["frame_count"] == 9
    assert report["duration_s"] == pytest.approx(3.03, abs=0.05)
    assert not report["truncated"]


def test_fragmented_files_are_counted(probe, tmp_path):
    path = str(tmp_path / "a.mp4")
    options = {"movflags": "frag_keyframe+empty_moov"}
    source = clip(tmp_path / "whole.mp4", frames=30)
    with av.open(str(source)) as given, av.open(path, "w", container_options=options) as out:
        stream = out.add_stream_from_template(given.streams.video[0])
        for packet in given.demux(given.streams.video[0]):
            if packet.dts is not None:
                packet.stream = stream
                out.mux(packet)
    report, _poster = probe(path)
    assert (report["frame_count"], report["frame_count_is_estimate"]) == (30, True)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.mp4", {"faststart": True}),
        ("a.mkv", {}),
        ("a.webm", {"codec": "libvpx-vp9"}),
        ("a.avi", {"codec": "mpeg4"}),
    ],
)
def test_a_video_that_breaks_off_is_taken_and_called_truncated(probe, tmp_path, name, make):
    whole = clip(tmp_path / f"whole-{name}", frames=150, **make)
    report, _poster = probe(cut(whole, tmp_path / name, 0.5))
    assert report["truncated"]
    assert 5 < report["frame_count"] < 140
    assert report["duration_s"] == pytest.approx(report["frame_count"] / 30, abs=0.2)


def test_without_its_index_an_mp4_is_refused(refusal, tmp_path):
    reason, message = refusal(cut(clip(tmp_path / "whole.mp4", frames=60), tmp_path / "a.mp4", 0.5))
    assert reason == "undecodable"
    assert "MP4" in message


def test_sound_alone_is_refused(refusal, tmp_path):
    reason, message = refusal(sound_only(tmp_path / "a.mp4"))
    assert (reason, "only sound" in message) == ("undecodable", True)


def test_pictures_that_cannot_be_decoded_are_refused(refusal, tmp_path):
    path = clip(tmp_path / "a.mp4", frames=30)
    data = bytearray(path.read_bytes())
    begin = data.index(b"mdat") + 4
    end = data.index(b"moov")
    data[begin:end] = bytes(end - begin)
    path.write_bytes(data)
    assert refusal(path)[0] == "undecodable"


@pytest.mark.parametrize(
    ("limits", "word"),
    [
        ({"max_pixels": 10_000}, "megapixels"),
        ({"max_seconds": 1}, "long"),
        ({"max_frames": 20}, "frames"),
    ],
)
@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_limits_are_kept(refusal, tmp_path, name, limits, word):
    reason, message = refusal(clip(tmp_path / name, frames=60), **limits)
    assert reason == "too_large"
    assert word in message


LISTS = {
    "ffconcat": "ffconcat version 1.0\nfile {sibling}\n",
    "playlist": "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{path}\n#EXT-X-ENDLIST\n",
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\n",
}


@pytest.mark.parametrize("kind", LISTS)
@pytest.mark.parametrize("name", ["list.mp4", "list.avi", "list.mkv", "list.m3u8"])
def test_lists_of_files_are_refused_and_no_other_file_is_read(refusal, tmp_path, kind, name):
    """Reading it would move the access time of the sibling."""
    sibling = clip(tmp_path / "sibling.mp4", frames=5)
    long_ago = 1_000_000_000 * 10**9
    os.utime(sibling, ns=(long_ago, long_ago))
    path = tmp_path / name
    path.write_text(LISTS[kind].format(sibling=sibling.name, path=sibling))
    assert refusal(path)[0] == "unsupported_input"
    assert sibling.stat().st_atime_ns == long_ago
    sibling.read_bytes()
    assert sibling.stat().st_atime_ns > long_ago, "this disk does not say when files are read"


def test_an_mp4_cannot_name_another_file_as_its_data(refusal, tmp_path):
    """A data reference (ISO/IEC 14496-12, dref) to a file beside it is not followed."""
    path = clip(tmp_path / "a.mp4", frames=30)
    data = path.read_bytes()
    (tmp_path / "other.mp4").write_bytes(data)
    inside = data.index(b"url \0\0\0\1")
    changed = data[:inside] + b"url \0\0\0\0" + data[inside + 8 :]
    begin, end = changed.index(b"mdat") + 4, changed.index(b"moov") - 4
    path.write_bytes(changed[:begin] + bytes(end - begin) + changed[end:])
    assert refusal(path)[0] == "undecodable"
