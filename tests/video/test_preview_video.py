"""The preview video: tracks drawn into the video, in a form that browsers play."""

import importlib.util
import json

import av
import numpy as np
import pytest

from jobs.showing.tracks_view import tracks_view
from plugins_app.finding import registry
from plugins_app.host import HostFailure, PluginHost
from plugins_app.outputs.palette import COLOURS
from plugins_app.outputs.summary import summarised
from plugins_app.sdk import frames
from plugins_app.sdk.testing import session
from tests.plugins.hosts import call, unwatched
from tests.video.clips import SIDE, clip, cv2_clip, picture

RED_FROM = 40
"""The top of the square that tests/video/clips.py draws."""


@pytest.fixture(scope="module")
def host():
    made = PluginHost(registry.get("media"))
    yield made
    made.close()


@pytest.fixture
def preview(host, tmp_path):
    """Draws a result into a video; gives what the tool says and the preview's path."""

    def run(video, result, max_side=960):
        workdir = tmp_path / "work"
        workdir.mkdir(exist_ok=True)
        file = tmp_path / "result.json"
        file.write_text(result if isinstance(result, str) else json.dumps(result))
        params = {"item": "x", "result_path": str(file), "max_side": max_side}
        done = host.call(call("preview", video, workdir, params=params, memory_mb=1024), unwatched)
        (artifact,) = done.artifacts
        assert artifact.kind == "preview"
        return done.result, artifact

    return run


def tracked(number, box=None, key="frame"):
    box = box or [2 * number, RED_FROM, SIDE, SIDE]
    return {key: number, "objects": [{"track_id": 1, "label": "red", "score": 1, "bbox": box}]}


def drawn_differs(path, number, place, scale=1.0):
    """Whether a preview's frame differs from the plain picture around this place."""
    image = next(image for index, _t, image in frames(path) if index == number)
    plain = picture(number, *image.shape[1::-1]) if scale == 1 else None
    x, y = place
    window = np.s_[max(y - 3, 0) : y + 4, max(x - 3, 0) : x + 4]
    return np.abs(image[window].astype(int) - plain[window]).max() > 60


def test_browsers_can_play_it(preview, tmp_path):
    report, artifact = preview(clip(tmp_path / "a.mp4", 30), {"frames": [tracked(0)]})
    assert report == {
        "name": "preview.mp4",
        "codec": "libx264",
        "frames": 30,
        "width": 160,
        "height": 120,
    }
    assert artifact.content_type == "video/mp4"
    with av.open(str(artifact.path)) as video:
        codec = video.streams.video[0].codec_context
        assert (codec.codec.name, codec.pix_fmt) == ("h264", "yuv420p")
    data = artifact.path.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat"), "it starts playing before it is all there"


def test_boxes_are_where_the_result_says(preview, tmp_path):
    result = {"frames": [tracked(n, [100, 60, 40, 30]) for n in range(20)]}
    _report, artifact = preview(clip(tmp_path / "a.mp4", 20), result)
    assert drawn_differs(artifact.path, 10, (100, 80))
    assert drawn_differs(artifact.path, 10, (140, 80))
    assert not drawn_differs(artifact.path, 10, (120, 105))


def test_boxes_are_scaled_with_the_picture(preview, tmp_path):
    video = clip(tmp_path / "a.mp4", 5, size=(640, 480))
    result = {"frames": [tracked(n, [400, 240, 160, 120]) for n in range(5)]}
    report, artifact = preview(video, result, max_side=320)
    assert (report["width"], report["height"]) == (320, 240)
    image = next(iter(frames(artifact.path)))[2].astype(int)
    ground = image[200, 20]
    assert np.abs(image[150, 197:204] - ground).max() > 60
    assert np.abs(image[150, 230] - ground).max() < 40


@pytest.mark.parametrize("track_id", [3, 8, "b7", "塩"])
def test_a_track_has_the_colour_that_its_row_has_on_the_page(preview, tmp_path, track_id):
    span = {"track_id": track_id, "label": "cart", "first_frame": 0, "last_frame": 4}
    one = {"track_id": track_id, "label": "cart", "score": 1, "bbox": [40, 40, 80, 60]}
    result = {"frames": [{"frame": n, "objects": [one]} for n in range(5)], "tracks": [span]}
    [row] = tracks_view(summarised(result).document(), 25).rows
    _report, artifact = preview(clip(tmp_path / "a.mp4", 5, size=(640, 480)), result)
    image = next(iter(frames(artifact.path)))[2].astype(int)
    edge = image[70, 37:44, ::-1]  # of the box, across; as RGB
    nearest = np.abs(edge[:, None] - np.array(COLOURS)).sum(axis=2)
    assert np.unravel_index(nearest.argmin(), nearest.shape)[1] == row.colour


def test_labels_of_any_script_are_written(preview, tmp_path):
    def drawn(label):
        one = {"track_id": 1, "label": label, "score": 1, "bbox": [100, 200, 80, 60]}
        result = {"frames": [{"frame": 0, "objects": [one]}]}
        _report, artifact = preview(clip(tmp_path / "a.mp4", 1, size=(640, 480)), result)
        return next(iter(frames(artifact.path)))[2].astype(int)[180:200, 90:300]

    assert np.abs(drawn("Ärger") - drawn("?rger")).max() > 60


def test_trails_show_where_an_object_came_from(preview, tmp_path):
    result = {"frames": [tracked(n, [4 * n, 80, 20, 20]) for n in range(25)]}
    _report, artifact = preview(clip(tmp_path / "a.mp4", 25), result)
    assert drawn_differs(artifact.path, 24, (30, 100))
    assert not drawn_differs(artifact.path, 1, (60, 100))


def test_boxes_of_every_nth_frame_stay_until_the_next(preview, tmp_path):
    result = {"frames": [tracked(n, [100, 60, 40, 30]) for n in (0, 5)]}
    _report, artifact = preview(clip(tmp_path / "a.mp4", 40), result)
    assert drawn_differs(artifact.path, 3, (100, 80))
    assert drawn_differs(artifact.path, 9, (100, 80))
    assert not drawn_differs(artifact.path, 35, (100, 80)), "but not for ever"


def test_times_of_a_variable_frame_rate_stay(preview, tmp_path):
    times = [0, 20, 60, 400, 430, 1000, 2500, 2520, 3000]
    video = clip(tmp_path / "a.mp4", 9, times_ms=times)
    _report, artifact = preview(video, {"frames": []})
    assert [round(t * 1000) for _i, t, _p in frames(artifact.path)] == pytest.approx(times, abs=1)


def test_odd_sizes_are_cut_to_even_ones(preview, tmp_path):
    report, _artifact = preview(cv2_clip(tmp_path / "a.avi", 3, size=(161, 121)), {"frames": []})
    assert (report["width"], report["height"]) == (160, 120)


@pytest.mark.parametrize(
    "result",
    [
        {"success": True, "result": {"frames": [tracked(0, key="frame_index")]}},
        {"tracks": [1, 2, {"frames": 3}], "frames": [tracked(0)]},
        {"frames": [None, 3, "x", [], {"objects": [None, {"bbox": "wrong"}]}]},
    ],
)
def test_other_spellings_and_nonsense_in_frames_are_drawn_as_far_as_they_go(
    preview, tmp_path, result
):
    assert preview(clip(tmp_path / "a.mp4", 5), result)[0]["frames"] == 5


@pytest.mark.parametrize("result", [{"tracks": []}, [], "{", {"frames": {}}, '{"frames": [1'])
def test_a_result_without_frames_is_told(preview, tmp_path, result):
    text = result if isinstance(result, str) else json.dumps(result)
    with pytest.raises(HostFailure, match="nothing to draw"):
        preview(clip(tmp_path / "a.mp4", 5), text)


def test_without_x264_it_is_a_webm(tmp_path, monkeypatch):
    """Some builds of FFmpeg leave it out for its licence."""
    root = registry.get("media").root
    spec = importlib.util.spec_from_file_location("encoder", root / "encoder.py")
    encoder = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(encoder)
    monkeypatch.setattr(encoder, "can_encode", lambda codec: False)
    with session(tmp_path):
        made = encoder.Encoder("preview", 30)
        for number in range(10):
            made.add(picture(number), number / 30)
        report = made.finish()
    assert (report["name"], report["codec"]) == ("preview.webm", "libvpx-vp9")
    assert len(list(frames(tmp_path / "preview.webm"))) == 10
