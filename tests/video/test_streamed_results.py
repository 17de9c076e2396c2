"""Results that a tool gives frame by frame: one JSON document, whatever the length of the video."""

import json

import pytest

from plugins_app.host import HostFailure
from tests.video.clips import clip

pytestmark = pytest.mark.slow

MIB = 1024 * 1024


@pytest.fixture
def mp4(tmp_path):
    return clip(tmp_path / "a.mp4", frames=24)


@pytest.mark.parametrize("tool", ["follow", "collect"])
def test_frames_that_are_yielded_become_the_list_of_the_result(film, mp4, tool):
    done = film(tool, mp4)
    assert [frame["frame"] for frame in done.result["frames"]] == list(range(24))
    assert done.result["frames"][3]["objects"][0]["bbox"] == pytest.approx([6, 40, 24, 24], abs=2)
    track = {"track_id": 1, "label": "red", "frames": 24, "first_frame": 0, "last_frame": 23}
    assert done.result["tracks"] == [track]


def test_a_large_result_is_a_file_with_a_summary_beside_it(film, mp4):
    done = film("follow", mp4, pad=60_000)
    assert done.result is None
    document = json.loads(done.result_path.read_bytes())
    assert len(document["frames"]) == 24
    assert document["truncated"] is False
    (artifact,) = done.artifacts
    assert (artifact.name, artifact.kind) == ("summary.json", "summary")
    assert json.loads(artifact.path.read_bytes()) == {
        "frames": {"count": 24, "objects": 24, "most": 1, "bin_frames": 1, "per_bin": [1.0] * 24},
        "tracks": document["tracks"],
        "track_count": 1,
        "values": {"truncated": False},
    }


def test_what_is_no_number_is_told_with_its_frame(film, mp4):
    with pytest.raises(HostFailure, match=r"\$\.frames\[7\]\.objects\[0\]\.score is NaN") as caught:
        film("follow", mp4, spoil=7)
    assert caught.value.reason == "tool_error"


def test_progress_comes_by_itself(film, tmp_path):
    told = []
    long = clip(tmp_path / "long.mp4", frames=250, size=(640, 480))
    film("follow", long, on_beat=told.append)
    noted = [progress for progress in told if progress.note]
    assert noted
    assert all("of 250 frames" in progress.note for progress in noted)
    assert all(0 < progress.fraction <= 1 for progress in noted)


@pytest.mark.slow
def test_memory_does_not_grow_with_the_length_of_the_video(film, tmp_path):
    """One minute and ten; the longer result alone is over 60 MB."""
    size = (64, 48)
    short = film("follow", clip(tmp_path / "1.mp4", frames=1800, size=size), pad=4000)
    long = film("follow", clip(tmp_path / "10.mp4", frames=18_000, size=size), pad=4000)
    assert long.result_path.stat().st_size > 60 * MIB
    assert long.peak_rss_bytes - short.peak_rss_bytes < 50 * MIB
    assert len(json.loads(long.result_path.read_bytes())["frames"]) == 18_000
