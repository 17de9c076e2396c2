"""video_track: numbers that stay with their objects, on drawn videos whose truth is known."""

import pytest

from plugins_app.manifests.result_faults import shape_faults
from plugins_app.sdk import ToolError
from tests.plugins import drawn_video
from tests.plugins.drawn_video import BLUE, GREEN, RED, Square, numbers_of, whole
from tests.plugins.yolo_tracker import stub_models

pytestmark = pytest.mark.slow

ALIKE = {"names": "{0: 'square', 1: 'square', 2: 'square'}"}
"""Labels that don't help to tell squares apart."""


@pytest.fixture
def track(plugin, tmp_path):
    """Tracks squares in a video of ``count`` frames."""

    def run(squares, count, behind=(), metadata=ALIKE, **params):
        video = drawn_video.write(
            tmp_path / "v.avi", drawn_video.frames(squares, count, behind=behind)
        )
        yolo = plugin(stub_models.save(tmp_path, "v8", metadata=metadata))
        return whole(yolo.run_tool("video_track", {"video_path": str(video), **params}))

    return run


def test_squares_that_cross_keep_their_numbers(track):
    squares = [
        Square((20, 60), (5, 2.5), RED),
        Square((420, 60), (-5, 2.5), GREEN),
        Square((220, 300), (0, -3), BLUE),
    ]
    result = track(squares, 80)
    for square in squares:
        had = numbers_of(result, square, squares)
        assert len(set(had)) == 1
        assert len(had) > 50
    assert len(result["tracks"]) == 3
    assert shape_faults("tracks", result) == []
    assert {one["label"] for one in result["tracks"]} == {"square"}


def test_a_square_that_is_hidden_for_a_while_keeps_its_number(track):
    square = Square((20, 160), (4, 0))
    post = (200, 0, 60, 360)  # longer than the square: it is gone for 5 frames, cut off for more
    had = numbers_of(track([square], 100, behind=[post]), square)
    assert set(had) == {1}
    assert len(had) > 65


def test_one_that_comes_back_too_late_gets_a_new_number(track):
    early = Square((100, 160), (2, 0), last=30)
    late = Square((160, 160), (2, 0), first=70)
    result = track([early, late], 100, keep_s=0.5)
    assert set(numbers_of(result, early)) == {1}
    assert set(numbers_of(result, late)) == {2}
    assert [one["track_id"] for one in result["tracks"]] == [1, 2]


def test_the_summary_of_a_track_says_when_it_was_there(track):
    square = Square((100, 160), (2, 0), first=10, last=50)
    (one,) = track([square], 80)["tracks"]
    assert one == {
        "track_id": 1, "label": "square", "first_frame": 10, "last_frame": 49, "frames": 40,
    }  # fmt: skip


def test_every_second_frame_is_enough_for_slow_things(track):
    squares = [Square((20, 60), (3, 2), RED), Square((400, 60), (-3, 2), GREEN)]
    result = track(squares, 80, every=2)
    assert [frame["frame"] for frame in result["frames"]] == list(range(0, 80, 2))
    for square in squares:
        assert len(set(numbers_of(result, square, squares))) == 1


def test_short_tracks_are_left_out_and_leave_no_gap_in_the_numbers(track):
    flash = Square((50, 50), (0, 0), RED, first=5, last=9)
    square = Square((100, 200), (3, 0), GREEN, first=7)
    result = track([flash, square], 60, min_frames=10)
    assert [one["track_id"] for one in result["tracks"]] == [1]
    assert set(numbers_of(result, square)) == {1}
    assert numbers_of(result, flash) == []
    assert len(result["frames"]) == 60


def test_only_the_classes_asked_for_are_followed(track):
    squares = [Square((20, 60), (3, 2), RED), Square((400, 60), (-3, 2), GREEN)]
    result = track(squares, 40, metadata=None, classes=["green"])
    assert [one["label"] for one in result["tracks"]] == ["green"]


def test_an_image_can_not_be_tracked(plugin, tmp_path):
    yolo = plugin(stub_models.save(tmp_path, "v8"))
    with pytest.raises(ToolError, match="needs a video") as caught:
        yolo.run_tool("video_track", {"image_path": "picture.png"})
    assert caught.value.reason == "unsupported_input"
