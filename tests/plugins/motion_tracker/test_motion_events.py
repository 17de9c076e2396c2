"""motion_events, on drawn videos whose truth is known."""

import json

import pytest

from tests.plugins import drawn_video
from tests.plugins.drawn_video import COLOURS_ALONE, Square

pytestmark = pytest.mark.slow

PASSING = [
    Square((20, 150), (5, 0), first=20, last=50),
    Square((400, 80), (-5, 0), first=90, last=130),
]
"""At 20 frames a second: from 1.0 to 2.45 s, and from 4.5 to 6.45 s."""


@pytest.fixture
def events(on_frames):
    """The events in a video with these squares."""

    def run(squares, count=150, **params):
        result = on_frames("motion_events", drawn_video.frames(squares, count), **params)
        json.dumps(result, allow_nan=False)
        return result["events"]

    return run


def test_each_passing_is_an_event_with_its_time_and_place(events):
    first, second = events(PASSING)
    assert first["start_s"] == pytest.approx(1.0, abs=0.1)
    assert first["end_s"] == pytest.approx(2.45, abs=0.2)
    assert first["duration_s"] == pytest.approx(first["end_s"] - first["start_s"], abs=0.002)
    assert (second["first_frame"], second["last_frame"]) == pytest.approx((90, 129), abs=3)
    assert first["start_s"] <= first["peak_s"] <= first["end_s"]
    assert first["peak_area"] == pytest.approx(40 * 40 / (480 * 360), rel=0.5)
    x, y, width, height = first["boxes"][0]
    assert 15 <= x <= 20 + 30 * 5 + 5
    assert (y, height) == pytest.approx((150, 40), abs=6)
    assert width < 90


@pytest.mark.parametrize("colours", COLOURS_ALONE)
def test_what_differs_in_colour_alone_is_an_event(on_frames, colours):
    colour, ground = COLOURS_ALONE[colours]
    passing = Square((5, 100), (5, 0), colour, first=10, last=50)
    images = drawn_video.plain_frames(passing, ground, 70)
    (one,) = on_frames("motion_events", images)["events"]
    assert (one["first_frame"], one["last_frame"]) == pytest.approx((10, 49), abs=3)


def test_a_pause_that_is_short_enough_belongs_to_the_event(events):
    (one,) = events(PASSING, merge_gap_s=3.0)
    assert one["start_s"] == pytest.approx(1.0, abs=0.1)
    assert one["end_s"] == pytest.approx(6.45, abs=0.2)


def test_short_events_are_left_out(events):
    (one,) = events(PASSING, min_duration_s=1.7)
    assert one["first_frame"] >= 88


def test_nothing_happens_in_a_video_where_nothing_moves(events):
    assert events([Square((100, 100), (0, 0))], 40) == []


def test_what_stops_is_no_motion_any_more(events):
    comes = Square((20, 150), (5, 0), first=10, last=40)
    rests = Square((170, 150), (0, 0), first=40)
    (one,) = events([comes, rests], 120)
    assert one["last_frame"] < 50


def test_analysing_fewer_frames_finds_the_same_events(events):
    first, second = events(PASSING, every=3)
    assert first["start_s"] == pytest.approx(1.0, abs=0.3)
    assert second["end_s"] == pytest.approx(6.45, abs=0.3)
