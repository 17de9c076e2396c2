"""Tracks of two results of one video: CLEAR MOT by hand-made scenes."""

import json

import pytest

from plugins_app.outputs.pixels.compare import NotCompared, compare_files


@pytest.fixture
def compared(tmp_path):
    def run(a, b):
        for name, result in (("a", a), ("b", b)):
            text = result if isinstance(result, str) else json.dumps(result)
            (tmp_path / name).write_text(text)
        return compare_files(tmp_path / "a", tmp_path / "b")

    return run


def walk(*ids, frames=10, start=0, step=1, x=0, label="person"):
    """One object for each id; an id may be a function of the frame."""
    return {
        "frames": [
            {
                "frame": n,
                "objects": [
                    {
                        "track_id": one(n) if callable(one) else one,
                        "label": label,
                        "score": 0.9,
                        "bbox": [x + n * 2, 100 * lane, 40, 80],
                    }
                    for lane, one in enumerate(ids)
                ],
            }
            for n in range(start, frames, step)
        ]
    }


def states(found):
    return [thing["state"] for thing in found["things"]]


def test_the_same_walk_is_the_same_whatever_its_ids_are(compared):
    found = compared(walk(1, 2), walk(7, 8))
    assert states(found) == ["same", "same"]
    assert found["objects"]["same"] == 20
    assert (found["id_switches"], found["mean_iou"], found["frames"]) == (0, 1.0, 10)
    assert found["things"][0]["after"]["track_id"] == "7"


def test_a_switch_of_ids_is_counted_once(compared):
    found = compared(walk(1), walk(lambda n: 7 if n < 4 else 8))
    assert states(found) == ["changed"]
    assert found["id_switches"] == 1


def test_two_that_exchange_their_ids_are_two_switches(compared):
    swapped = walk(lambda n: 1 if n < 5 else 2, lambda n: 2 if n < 5 else 1)
    assert compared(walk(1, 2), swapped)["id_switches"] == 2


def test_gone_and_new_tracks_and_boxes(compared):
    found = compared(walk(1, 2), walk(1, frames=5))
    assert states(found) == ["moved", "gone"]
    assert found["objects"] == {"same": 5, "moved": 0, "changed": 0, "gone": 15, "new": 0}
    assert compared(walk(1), walk(1, 2))["counts"]["new"] == 1


def test_boxes_that_lie_a_little_apart_have_moved(compared):
    found = compared(walk(1), walk(1, x=8))
    assert states(found) == ["moved"]
    assert 0.5 < found["mean_iou"] < 0.95


def test_boxes_that_hardly_touch_are_not_the_same(compared):
    found = compared(walk(1), walk(1, x=30))
    assert states(found) == ["gone", "new"]
    assert found["mean_iou"] is None


def test_another_label_is_a_change(compared):
    assert states(compared(walk(1), walk(1, label="dog"))) == ["changed"]


def test_who_were_together_stay_together_while_they_overlap(compared):
    """A third that comes nearer does not take over."""
    second = walk(7, x=6)
    for frame in second["frames"][5:]:
        near = {**frame["objects"][0], "track_id": 9, "bbox": [frame["frame"] * 2, 0, 40, 80]}
        frame["objects"].append(near)
    assert compared(walk(1), second)["id_switches"] == 0


def test_frames_that_only_one_result_has(compared):
    found = compared(walk(1, step=2), walk(1))
    assert found["objects"]["same"] == 5
    assert found["objects"]["new"] == 5


def test_results_of_older_plugins_are_read_too(compared):
    old = {"success": True, "result": {"frames": [
        {"frame_idx": n, "detections": {"xyxy": [[n * 2, 0, n * 2 + 40, 80]], "tracker_id": [5]}}
        for n in range(10)
    ]}}  # fmt: skip
    assert compared(walk(1, label=""), old)["objects"]["same"] == 10


@pytest.mark.parametrize("bad", ["no json", "[" * 100_000, '{"a": 1'])
def test_what_can_not_be_read_is_told(compared, bad):
    with pytest.raises(NotCompared, match="JSON"):
        compared(bad, walk(1))


def test_frames_that_are_no_frames_count_for_nothing(compared):
    found = compared({"frames": [None, 5, {"objects": [None, {"bbox": "x"}]}]}, walk(1, frames=3))
    assert found["objects"]["new"] == 3


def test_a_result_of_another_kind_is_compared_value_by_value(compared):
    found = compared({"mood": "good", "n": [1, 2]}, {"mood": "bad", "n": [1], "extra": None})
    assert [(t["state"], t["path"]) for t in found["things"]] == [
        ("changed", "$.mood"), ("gone", "$.n[1]"), ("new", "$.extra")
    ]  # fmt: skip
