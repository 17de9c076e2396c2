"""The bundled video is what the script draws: small, playable, with crossings and an occlusion."""

from pathlib import Path

import numpy as np
import pytest

from plugins_app import sdk
from plugins_app.outputs.summary import summarised
from tests.samples import moving
from tests.samples.moving import FRAMES, HEIGHT, POST, THINGS, WIDTH

pytestmark = pytest.mark.slow

COMMITTED = Path(__file__).resolve().parents[2] / "static" / "samples" / "moving.mp4"


def boxes(number: int) -> list[list[float]]:
    """[x, y, width, height] of each thing in a frame."""
    return [
        [x - thing.size[0] / 2, y - thing.size[1] / 2, *thing.size]
        for thing in THINGS
        for x, y in [thing.centre(number)]
    ]


def test_the_committed_video_is_the_drawn_one() -> None:
    video = sdk.frames(COMMITTED)
    drawn = moving.frames()
    for _number, _time, image in video:
        difference = np.abs(image[..., ::-1].astype(int) - next(drawn).astype(int))
        assert difference.mean() < 6
    assert video.info.frames_read == FRAMES
    assert (video.info.width, video.info.height, video.info.codec) == (WIDTH, HEIGHT, "h264")


def test_it_stays_small_and_starts_before_it_is_all_there() -> None:
    data = COMMITTED.read_bytes()
    assert len(data) < 400_000
    assert data.index(b"moov") < data.index(b"mdat")


def test_things_cross_and_one_goes_behind_the_post() -> None:
    seen = [boxes(number) for number in range(FRAMES)]
    assert any(sdk.box_iou(red, blue) > 0.2 for red, blue, _disc in seen)
    left, _top, width, _height = POST
    hidden = [d for _r, _b, d in seen if d[0] >= left - 8 and d[0] + d[2] <= left + width + 8]
    assert hidden, "the disc is behind the post for some frames"
    assert any(disc[0] > left + width for _r, _b, disc in seen), "and comes out again"


def test_at_the_start_nothing_is_there() -> None:
    assert all(box[0] + box[2] < 0 or box[0] > WIDTH or box[1] + box[3] < 0 for box in boxes(0))


def test_drawing_twice_gives_the_same_frames() -> None:
    twice = zip(moving.frames(), moving.frames(), strict=True)
    assert all(np.array_equal(one, other) for one, other in twice)


def test_the_video_has_every_frame(tmp_path: Path) -> None:
    video = sdk.frames(moving.write_video(tmp_path / "a.mp4"))
    assert sum(1 for _ in video) == FRAMES


@pytest.mark.slow
def test_the_motion_tracker_follows_the_things(tmp_path: Path) -> None:
    """In a real host; each thing has a track for most of its way."""
    from plugins_app.finding import registry
    from plugins_app.host import PluginHost
    from plugins_app.manifests.params import normalise
    from tests.plugins.hosts import call, unwatched

    plugin = registry.get("motion-tracker")
    tool = plugin.manifest.tool("default")
    host = PluginHost(plugin)
    try:
        params = normalise(tool, {})
        asked = call(tool.id, COMMITTED, tmp_path, params=params, timeout_s=120, memory_mb=1024)
        result = host.call(asked, unwatched).result
    finally:
        host.close()
    summary = summarised(result)
    assert summary is not None
    assert summary.document()["track_count"] >= len(THINGS)
