"""video_track, on drawn videos whose truth is known."""

import cv2
import numpy as np
import pytest

from plugins_app.manifests.result_faults import shape_faults
from plugins_app.sdk import ToolError
from tests.plugins import drawn_video
from tests.plugins.drawn_video import BLUE, COLOURS_ALONE, GREEN, RED, Square, numbers_of, overlap
from tests.real_inputs import REAL_INPUTS, needs_real_inputs

pytestmark = pytest.mark.slow


def test_a_moving_square_is_followed_by_a_tight_box(track):
    square = Square((20, 150), (4, 0.5), first=5)
    result = track([square], 70)
    seen = [
        overlap(one["bbox"], square.box(frame["frame"]))
        for frame in result["frames"]
        for one in frame["objects"]
    ]
    assert len(seen) > 55
    assert np.median(seen) > 0.85
    (one,) = result["tracks"]
    assert one["label"] == "moving object"
    assert one["first_frame"] <= 8
    assert one["last_frame"] == 69
    assert shape_faults("tracks", result) == []


def test_what_is_known_of_the_video_stands_in_the_result(track):
    result = track([Square((20, 150), (4, 0))], 20)
    about = {key: result[key] for key in ("width", "height", "fps", "frame_count", "truncated")}
    assert about == {
        "width": 480, "height": 360, "fps": 20, "frame_count": 20, "truncated": False,
    }  # fmt: skip
    assert [frame["frame"] for frame in result["frames"]] == list(range(20))
    assert result["frames"][10]["time"] == pytest.approx(0.5)


def test_squares_that_cross_keep_their_numbers(track):
    squares = [
        Square((10, 60), (5, 2.5), RED, first=3),
        Square((430, 60), (-5, 2.5), GREEN, first=3),
        Square((40, 300), (4, 0), BLUE, first=3),
    ]
    result = track(squares, 80)
    for square in squares:
        had = numbers_of(result, square, squares)
        assert len(set(had)) == 1
        assert len(had) > 45
    assert len(result["tracks"]) == 3


def test_one_that_passes_behind_a_post_keeps_its_number(track):
    square = Square((20, 160), (4, 0), first=3)
    had = numbers_of(track([square], 100, behind=[(200, 0, 56, 360)]), square)
    assert set(had) == {1}
    assert len(had) > 60


def test_a_place_that_something_left_is_not_followed(track):
    stays = Square((60, 150), (0, 0), RED, side=60, last=20)
    leaves = Square((60, 150), (5, 0), RED, side=60, first=20)
    result = track([stays, leaves], 80)
    for frame in result["frames"][35:]:
        (one,) = frame["objects"]
        assert overlap(one["bbox"], leaves.box(frame["frame"])) > 0.7
    assert len(track([stays, leaves], 80, min_travel=0)["tracks"]) == 2


def test_nothing_moves_in_a_noisy_video(track):
    result = track([Square((100, 100), (0, 0))], 40)
    assert result["tracks"] == []
    assert all(frame["objects"] == [] for frame in result["frames"])


def test_a_light_that_is_switched_on_is_no_object(on_frames):
    def images():
        for number, image in enumerate(drawn_video.frames([], 60)):
            yield image if number < 30 else cv2.add(image, (60, 60, 60, 0))

    assert on_frames("video_track", images())["tracks"] == []


def test_a_shadow_is_not_part_of_the_object(on_frames):
    square = Square((20, 120), (4, 0), BLUE, first=3)

    def images():
        for number, image in enumerate(drawn_video.frames([square], 70)):
            if number >= 3:
                x, y, w, h = square.box(number)
                shade = image[y + h : y + h + 40, x : x + w]
                shade[:] = (shade * 0.65).astype(np.uint8)
            yield image

    result = on_frames("video_track", images())
    for frame in result["frames"][20:]:
        (one,) = frame["objects"]
        assert overlap(one["bbox"], square.box(frame["frame"])) > 0.7


def test_small_things_are_left_out_unless_asked_for(track):
    squares = [Square((20, 100), (3, 0), side=14, first=3), Square((20, 200), (3, 0), first=3)]
    assert len(track(squares, 50, min_area=0.005)["tracks"]) == 1
    assert len(track(squares, 50, min_area=0.0003)["tracks"]) == 2


def test_faint_things_need_more_sensitivity(on_frames):
    faint = Square((20, 100), (3, 0), side=60, first=3)

    def images():
        for number, image in enumerate(drawn_video.frames([], 60)):
            if box := faint.box(number):
                x, y, w, h = box
                part = image[y : y + h, x : x + w]
                part[:] = cv2.add(part, (22, 22, 22, 0))
            yield image

    def seen(sensitivity):
        result = on_frames("video_track", images(), sensitivity=sensitivity)
        return len(numbers_of(result, faint))

    assert seen(0.0) == 0
    assert seen(0.7) > 40


@pytest.mark.parametrize("sensitivity", [0.0, 0.5, 1.0])
@pytest.mark.parametrize("colours", COLOURS_ALONE)
def test_what_differs_in_colour_alone_is_followed(on_frames, colours, sensitivity):
    colour, ground = COLOURS_ALONE[colours]
    square = Square((5, 100), (5, 0), colour, first=3)
    images = drawn_video.plain_frames(square, ground, 55)
    result = on_frames("video_track", images, sensitivity=sensitivity)
    assert len(result["tracks"]) == 1
    assert len(numbers_of(result, square, tolerance=0.7)) > 45


def test_noise_in_the_colours_is_no_motion(on_frames):
    rng = np.random.default_rng(4)
    ground = drawn_video.ground()
    images = (
        np.clip(ground + rng.normal(0, 6, ground.shape), 0, 255).astype(np.uint8) for _ in range(60)
    )
    assert on_frames("video_track", images, min_travel=0, min_frames=2)["tracks"] == []


def test_boxes_are_pixels_of_the_video_whatever_the_analysis_size(track):
    square = Square((20, 150), (4, 0), side=60, first=3)
    result = track([square], 60, max_side=160)
    for frame in result["frames"][20:]:
        (one,) = frame["objects"]
        assert one["bbox"] == pytest.approx(square.box(frame["frame"]), abs=10)  # 3 to 1


def test_every_second_frame(track):
    square = Square((20, 150), (4, 0), first=3)
    result = track([square], 60, every=2)
    assert [frame["frame"] for frame in result["frames"]] == list(range(0, 60, 2))
    assert set(numbers_of(result, square)) == {1}
    assert (result["frame_count"], result["every"]) == (60, 2)


def test_the_same_video_gives_the_same_result(track):
    squares = [Square((20, 60), (5, 2), RED), Square((400, 60), (-5, 2), GREEN)]
    assert track(squares, 40) == track(squares, 40)


def test_without_a_video_it_says_what_it_needs(motion_plugin):
    with pytest.raises(ToolError, match="needs a video") as caught:
        motion_plugin.run_tool("video_track", {"image_path": "picture.png"})
    assert caught.value.reason == "unsupported_input"


@needs_real_inputs
@pytest.mark.slow
def test_people_who_walk_are_followed(motion_plugin):
    path = REAL_INPUTS / "video" / "pedestrians.avi"
    result = drawn_video.whole(motion_plugin.run_tool("video_track", {"video_path": str(path)}))
    assert (result["frame_count"], result["truncated"]) == (795, False)
    lengths = sorted((one["frames"] for one in result["tracks"]), reverse=True)
    assert 20 <= len(lengths) <= 60  # about thirty people come by; some are lost and found again
    assert lengths[9] > 120  # the ten longest for more than twelve seconds each
    boxes = [one["bbox"] for frame in result["frames"] for one in frame["objects"]]
    upright = [height > 1.3 * width for _x, _y, width, height in boxes]
    assert np.mean(upright) > 0.85  # single people, not crowds and not the ground
