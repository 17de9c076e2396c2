"""``sdk.frames``: what a plugin gets of a video, whatever the video is like."""

import threading

import cv2
import numpy as np
import pytest

from plugins_app import sdk
from plugins_app.sdk import testing
from tests.video import clips
from tests.video.clips import SIDE, STEP, clip, cut, cv2_clip, picture, sound_only, square


@pytest.fixture
def told(tmp_path):
    """A call in progress; gives what was reported."""
    with testing.session(tmp_path) as call:
        yield call.progress


@pytest.fixture(autouse=True)
def no_thread_stays():
    """Whatever a test does, the decoding thread has ended afterwards."""
    before = threading.active_count()
    yield
    assert threading.active_count() == before


@pytest.fixture
def mp4(tmp_path):
    return clip(tmp_path / "a.mp4", frames=30)


def test_every_frame_comes_with_its_number_time_and_picture(mp4):
    got = list(sdk.frames(mp4))
    assert [index for index, _time, _image in got] == list(range(30))
    assert [time for _index, time, _image in got] == pytest.approx([n / 30 for n in range(30)])
    assert {image.shape for _i, _t, image in got} == {(120, 160, 3)}
    assert {image.dtype for _i, _t, image in got} == {np.dtype(np.uint8)}
    for index, _time, image in got:
        assert square(image) == pytest.approx([index * STEP, 40, SIDE, SIDE], abs=2)


def test_what_it_is_is_known_before_the_first_frame(mp4):
    info = sdk.frames(mp4).info
    assert (info.width, info.height, info.fps, info.codec) == (160, 120, 30, "h264")
    assert (info.frames_expected, info.count_is_exact) == (30, True)
    assert info.duration_s == pytest.approx(1.0)


def test_how_much_was_read_is_known_after_the_last(mp4):
    video = sdk.frames(mp4, every=4)
    assert [index for index, _time, _image in video] == [0, 4, 8, 12, 16, 20, 24, 28]
    assert (video.info.frames_read, video.info.truncated) == (30, False)


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.mov", {}),
        ("a.mkv", {}),
        ("a.webm", {"codec": "libvpx-vp9"}),
        ("a.avi", {"codec": "mpeg4"}),
        ("b.mp4", {"codec": "hevc"}),
        ("av1.mp4", {"codec": "libsvtav1"}),
        ("av1.webm", {"codec": "libsvtav1"}),
        ("sound.mp4", {"audio": True}),
    ],
)
def test_containers_and_codecs(tmp_path, name, make):
    video = sdk.frames(clip(tmp_path / name, frames=20, **make))
    got = list(video)
    assert len(got) == video.info.frames_read == 20
    assert not video.info.truncated
    assert [time for _i, time, _p in got] == pytest.approx([n / 30 for n in range(20)], abs=0.001)
    assert square(got[9][2]) == pytest.approx([9 * STEP, 40, SIDE, SIDE], abs=2)


def test_what_opencv_writes_can_be_read(tmp_path):
    assert len(list(sdk.frames(cv2_clip(tmp_path / "a.avi", 12)))) == 12
    assert len(list(sdk.frames(cv2_clip(tmp_path / "a.mp4", 12, "mp4v")))) == 12


@pytest.mark.parametrize("name", ["vfr.mp4", "vfr.mkv", "vfr.webm"])
def test_times_of_a_variable_frame_rate_are_those_of_the_frames(tmp_path, name):
    times = [0, 20, 60, 400, 430, 1000, 2500, 2520, 3000]
    codec = "libvpx-vp9" if name.endswith("webm") else "libx264"
    made = clip(tmp_path / name, frames=9, times_ms=times, codec=codec)
    video = sdk.frames(made)
    assert [round(time * 1000) for _i, time, _p in video] == pytest.approx(times, abs=1)
    assert not video.info.truncated


@pytest.mark.parametrize("codec", ["libx264", "libsvtav1"])
@pytest.mark.parametrize(
    ("rotation", "size"), [(90, (120, 160)), (180, (160, 120)), (270, (120, 160))]
)
def test_pictures_are_upright_in_both_decoders(tmp_path, codec, rotation, size):
    video = sdk.frames(clip(tmp_path / "a.mp4", frames=5, codec=codec, rotation=rotation))
    image = next(iter(video))[2]
    upright = np.rot90(picture(0), rotation // 90)
    assert (video.info.width, video.info.height) == size
    assert image.shape == upright.shape
    assert square(image) == pytest.approx(square(upright), abs=2)


def test_large_pictures_are_shrunk_and_the_scale_is_told(mp4):
    video = sdk.frames(mp4, max_side=80)
    assert {image.shape for _i, _t, image in video} == {(60, 80, 3)}
    assert video.scale == 0.5
    assert sdk.frames(mp4, max_side=500).scale == 1.0


@pytest.mark.parametrize(
    ("name", "make"),
    [
        ("a.mp4", {"faststart": True}),
        ("a.mkv", {}),
        ("a.webm", {"codec": "libvpx-vp9"}),
        ("a.avi", {"codec": "mpeg4"}),
        ("av1.mp4", {"codec": "libsvtav1", "faststart": True}),
    ],
)
def test_a_video_that_breaks_off_is_read_as_far_as_it_goes_and_called_truncated(
    tmp_path, name, make
):
    whole = clip(tmp_path / f"whole-{name}", frames=150, **make)
    video = sdk.frames(cut(whole, tmp_path / name, 0.5))
    got = list(video)
    assert 5 < len(got) < 140
    assert video.info.frames_read == len(got)
    assert video.info.truncated


LATE_MS = [10_000_000 + 40 * number for number in range(150)]
"""Six seconds, as a live recording has them that begins hours after its stream."""
LATE = [
    ("late.mkv", "libx264"),
    ("late.webm", "libvpx-vp9"),
    ("late-av1.mkv", "libsvtav1"),
    ("late.mp4", "libx264"),
]


@pytest.mark.parametrize(("name", "codec"), LATE)
def test_a_video_whose_times_begin_late_is_whole_and_as_long_as_it_is(tmp_path, name, codec):
    video = sdk.frames(clip(tmp_path / name, 150, codec, times_ms=LATE_MS, fps=25))
    got = list(video)
    assert [got[0][1], got[-1][1]] == pytest.approx([0, 149 / 25], abs=0.001)
    assert video.info.duration_s == pytest.approx(6, abs=0.05)
    assert video.info.frames_expected == pytest.approx(150, abs=1)
    assert (video.info.frames_read, video.info.truncated) == (150, False)


@pytest.mark.parametrize(("name", "codec"), LATE[:3])
def test_a_video_whose_times_begin_late_and_that_breaks_off_is_truncated(tmp_path, name, codec):
    whole = clip(tmp_path / f"whole-{name}", 150, codec, times_ms=LATE_MS, fps=25)
    video = sdk.frames(cut(whole, tmp_path / name, 0.5))
    got = list(video)
    assert 5 < len(got) == video.info.frames_read < 140
    assert video.info.frames_expected == pytest.approx(150, abs=1)
    assert video.info.truncated


def test_leaving_the_loop_early_stops_the_thread_and_it_can_be_read_again(mp4):
    video = sdk.frames(mp4)
    for index, _time, _image in video:
        if index == 3:
            break
    assert [index for index, _t, _i in video] == list(range(30))


def test_an_error_in_the_loop_stops_the_thread(mp4):
    def tool():
        for _frame in sdk.frames(mp4):
            raise RuntimeError("the tool's own")

    with pytest.raises(RuntimeError, match="own"):
        tool()


def test_progress_tells_frames_and_time_left(mp4, told, monkeypatch):
    monkeypatch.setattr("plugins_app.sdk.video.TELL_EVERY_S", 0)
    for _frame in sdk.frames(mp4):
        pass
    fractions = [fraction for fraction, _note in told]
    assert fractions == pytest.approx([(n + 1) / 30 for n in range(30)])
    assert told[14][1].startswith("15 of 30 frames, ")
    assert told[14][1].endswith(" left")
    assert told[29][1] == "30 of 30 frames"


def test_progress_goes_by_time_where_the_count_is_a_guess(tmp_path, told, monkeypatch):
    monkeypatch.setattr("plugins_app.sdk.video.TELL_EVERY_S", 0)
    for _frame in sdk.frames(clip(tmp_path / "a.mkv", frames=30)):
        pass
    assert told[14][0] == pytest.approx(14 / 30, abs=0.01)
    assert told[14][1].startswith("15 frames, ")


@pytest.mark.parametrize("content", [b"", b"no video at all", b"\0\0\0\x18ftypisom" + b"\0" * 500])
def test_what_is_no_video_is_undecodable(tmp_path, content):
    path = tmp_path / "a.mp4"
    path.write_bytes(content)
    with pytest.raises(sdk.ToolError) as caught:
        sdk.frames(path)
    assert caught.value.reason == "undecodable"


def test_sound_alone_is_undecodable(tmp_path):
    with pytest.raises(sdk.ToolError, match="no video") as caught:
        sdk.frames(sound_only(tmp_path / "a.mp4"))
    assert caught.value.reason == "undecodable"


@pytest.mark.parametrize("wrong", [{"every": 0}, {"max_side": 0}])
def test_senseless_wishes_are_errors_of_the_plugin(mp4, wrong):
    with pytest.raises(ValueError, match="1 or more"):
        sdk.frames(mp4, **wrong)


@pytest.mark.parametrize("name", ["list.mp4", "list.avi"])
def test_a_list_of_files_in_a_video_s_clothes_opens_nothing(tmp_path, name, monkeypatch):
    """Even where nobody has set the variable that the hosts have."""
    monkeypatch.delenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", raising=False)
    clip(tmp_path / "sibling.mp4", frames=5)
    path = tmp_path / name
    path.write_text("ffconcat version 1.0\nfile sibling.mp4\n")
    with pytest.raises(sdk.ToolError):
        sdk.frames(path)
    monkeypatch.setenv("OPENCV_FFMPEG_CAPTURE_OPTIONS", "safe;1")
    assert cv2.VideoCapture(str(path), cv2.CAP_FFMPEG).isOpened(), "the bait is good"


def test_the_queue_holds_a_bounded_number_of_bytes(tmp_path, monkeypatch):
    """Decoding runs ahead, but not away."""
    monkeypatch.setattr("plugins_app.sdk.video.AHEAD_BYTES", 3 * 160 * 120 * 4)
    video = iter(sdk.frames(clip(tmp_path / "a.mp4", frames=60)))
    next(video)
    ahead = video.gi_frame.f_locals["ahead"]
    assert ahead.room == 4
    video.close()
    assert ahead.decoded < clips.FPS
