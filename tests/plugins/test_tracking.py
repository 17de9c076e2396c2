"""The tracker alone: boxes in, identities out."""

import numpy as np
import pytest

from plugins_app.sdk.track_motion import Motion
from plugins_app.sdk.tracking import Tracker, overlaps


def follow(tracker, steps):
    """Feeds frames of {name: (box, score[, label])}; the tracks that each name had, in order."""
    had = {}
    for number, frame in enumerate(steps):
        boxes = np.array([one[0] for one in frame.values()], np.float64).reshape(-1, 4)
        scores = np.array([one[1] for one in frame.values()])
        labels = [one[2] if len(one) > 2 else "thing" for one in frame.values()]
        tracks = tracker.update(boxes, scores, labels, number / 10)
        for name, track in zip(frame, tracks, strict=True):
            had.setdefault(name, []).append(track)
    return had


def moving(start, step, number, size=(20, 40)):
    return [start[0] + step[0] * number, start[1] + step[1] * number, *size]


def unique(tracks):
    return list(dict.fromkeys(id(track) for track in tracks))


def test_overlap_of_boxes():
    a = np.array([[0, 0, 10, 10], [100, 100, 5, 5]], np.float64)
    b = np.array([[0, 0, 10, 10], [5, 0, 10, 10], [200, 0, 0, 0]], np.float64)
    np.testing.assert_allclose(overlaps(a, b), [[1, 1 / 3, 0], [0, 0, 0]], atol=1e-9)
    assert overlaps(a, b[:0]).shape == (2, 0)


def test_two_that_cross_keep_their_identities():
    steps = [
        {"a": (moving((0, 100), (4, 1), n), 0.9), "b": (moving((200, 100), (-4, 1), n), 0.9)}
        for n in range(50)
    ]
    had = follow(Tracker(), steps)
    assert len(unique(had["a"])) == len(unique(had["b"])) == 1
    assert unique(had["a"]) != unique(had["b"])


def test_a_short_absence_is_bridged_and_a_long_one_is_not():
    def steps(gap):
        return [
            {} if 20 <= n < 20 + gap else {"a": (moving((0, 50), (3, 0), n), 0.9)}
            for n in range(60)
        ]

    assert len(unique(follow(Tracker(keep_s=1.0), steps(9))["a"])) == 1
    assert len(unique(follow(Tracker(keep_s=1.0), steps(12))["a"])) == 2


def test_no_identity_comes_back():
    tracker = Tracker(keep_s=0.3)
    seen = [{"a": ([10, 10, 20, 20], 0.9)} if (n // 10) % 2 == 0 else {} for n in range(100)]
    tracks = follow(tracker, seen)["a"]
    assert len(unique(tracks)) == 5
    assert all(track.ended for track in tracks)


def test_unsure_sightings_continue_a_track_but_never_begin_one():
    def steps(scores):
        return [{"a": (moving((0, 50), (2, 0), n), score)} for n, score in enumerate(scores)]

    assert follow(Tracker(), steps([0.3] * 10))["a"] == [None] * 10
    had = follow(Tracker(), steps([0.9] * 5 + [0.3] * 10 + [0.9] * 5))["a"]
    assert len(unique(had)) == 1
    assert None not in had


def test_noise_in_a_single_frame_is_let_go():
    tracker = Tracker()
    had = follow(tracker, [{"a": ([10, 10, 20, 20], 0.9)}, {}, {}])
    assert had["a"][0].ended
    assert not had["a"][0].confirmed
    assert tracker.tracks == []


def test_the_label_is_what_most_sightings_say():
    labels = ["car", "truck", "car", "car", "truck", "car"]
    steps = [{"a": (moving((0, 50), (2, 0), n), 0.9, label)} for n, label in enumerate(labels)]
    had = follow(Tracker(), steps)["a"]
    assert len(unique(had)) == 1
    assert had[0].label == "car"


def test_things_of_another_kind_at_the_same_place_are_told_apart():
    steps = [
        {
            "rider": (moving((0, 40), (2, 0), n, (20, 40)), 0.9, "person"),
            "bike": (moving((-5, 55), (2, 0), n, (30, 30)), 0.9, "bicycle"),
        }
        for n in range(30)
    ]
    had = follow(Tracker(), steps)
    assert len(unique(had["rider"])) == len(unique(had["bike"])) == 1


def test_what_is_being_covered_is_expected_to_go_on():
    motion = Motion(np.array([0, 0, 40, 40], np.float64))
    for number in range(1, 20):  # moves by 4 behind something that begins at x = 60
        motion.predict(lost=False)
        left = 4 * number
        right = min(left + 40, 60)
        if right - left > 4:
            motion.correct(np.array([left, 0, right - left, 40], np.float64))
            last = number
    expected = motion.predict(lost=True)
    assert last == 13
    assert expected[2] > 30
    assert expected[0] > 60


def test_growing_in_place_is_no_travel():
    tracker = Tracker()
    steps = [{"a": ([50, 50, 10 + 5 * min(n, 8), 40], 0.9)} for n in range(20)]
    assert follow(tracker, steps)["a"][-1].travel == pytest.approx(0)
    steps = [{"a": (moving((0, 50), (2, 0), n), 0.9)} for n in range(21)]
    assert follow(Tracker(), steps)["a"][-1].travel == pytest.approx(2)


def test_frames_without_anything():
    tracker = Tracker()
    assert follow(tracker, [{}, {}]) == {}
    tracker.finish()
    assert tracker.tracks == []
