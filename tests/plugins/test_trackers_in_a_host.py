"""The two trackers as the server runs them: in a host, on a video, the result on disk or inline."""

import json

import pytest

from plugins_app.finding import registry
from plugins_app.host import HostFailure, PluginHost
from tests.plugins import drawn_video
from tests.plugins.drawn_video import GREEN, RED, Square, numbers_of
from tests.plugins.hosts import call, host_processes, unwatched
from tests.plugins.yolo_tracker import stub_models

pytestmark = pytest.mark.slow

SQUARES = [Square((20, 60), (4, 1.5), RED, first=2), Square((400, 60), (-4, 1.5), GREEN, first=2)]


@pytest.fixture
def video(tmp_path):
    return drawn_video.write(tmp_path / "video.avi", drawn_video.frames(SQUARES, 90))


@pytest.fixture
def run(workdir):
    """Runs a tool of a built-in plugin in a host of its own; the result as it is read later."""
    hosts = []

    def go(plugin, tool, file, **changes):
        registry.refresh()
        hosts.append(PluginHost(registry.get(plugin)))
        limits = {"timeout_s": 300, "memory_mb": 1536, "kind": "video"}
        done = hosts[-1].call(call(tool, file, workdir, **limits | changes), unwatched, 0.1)
        return done.result or json.loads(done.result_path.read_bytes()), done

    yield go
    for host in hosts:
        host.close()
    registry.refresh()
    assert host_processes() == []


def test_motion_is_tracked_in_a_host(run, video):
    result, done = run("motion-tracker", "video_track", video)
    assert result["frame_count"] == 90
    for square in SQUARES:
        assert len(set(numbers_of(result, square, SQUARES))) == 1
    assert done.peak_rss_bytes < 300 * 1024 * 1024


def test_motion_events_in_a_host(run, video):
    result, _done = run("motion", "motion_events", video)
    assert len(result["events"]) == 1


def test_yolo_tracks_in_a_host_and_says_which_model_it_was(run, video, tmp_path, monkeypatch):
    model = stub_models.save(tmp_path, "v8")
    monkeypatch.setenv("YOLO_MODEL", str(model))
    result, done = run("yolo", "video_track", video)
    assert sorted(one["label"] for one in result["tracks"]) == ["green", "red"]
    for square in SQUARES:
        assert len(set(numbers_of(result, square, SQUARES))) == 1
    assert len(done.model_digest) == 64


def test_yolo_says_in_a_host_what_is_wrong_with_a_model(run, video, tmp_path, monkeypatch):
    (tmp_path / "broken.onnx").write_bytes(b"no network")
    monkeypatch.setenv("YOLO_MODEL", str(tmp_path))
    with pytest.raises(HostFailure, match="broken can't be loaded") as caught:
        run("yolo", "video_track", video)
    assert caught.value.reason == "tool_error"


def test_without_a_model_yolo_is_listed_as_unavailable_and_says_what_to_do(monkeypatch):
    monkeypatch.delenv("YOLO_MODEL", raising=False)
    registry.refresh()
    reason = registry.get("yolo").unavailable_reason
    registry.refresh()
    assert reason.startswith("The environment variable YOLO_MODEL is not set. To use YOLO models,")
    assert "absolute path" in reason
