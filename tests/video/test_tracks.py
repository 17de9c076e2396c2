"""Reading track results in the spellings of all plugins, and summing them up."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jobs.showing.tracks_view import tracks_view
from plugins_app.outputs import frames, summary
from plugins_app.outputs.things import Thing

OBJECT = {"track_id": 4, "label": "car", "score": 0.5, "bbox": [10, 20, 30, 40]}
ROW = Thing(1, "car", 0.5, (10, 20, 30, 40), track="4")


@pytest.mark.parametrize(
    "frame",
    [
        {"frame": 0, "objects": [OBJECT]},
        {"frame_index": 0, "detections": [{**OBJECT, "bbox": None, "xyxy": [10, 20, 40, 60]}]},
        {
            "frame_idx": 0,
            "detections": {
                "tracked_objects": [
                    {
                        "tracker_id": 4,
                        "class_name": "car",
                        "confidence": 0.5,
                        "box": [10, 20, 30, 40],
                    }
                ]
            },
        },
        {
            "frame_index": 0,
            "detections": {
                "xyxy": [[10, 20, 40, 60]],
                "confidence": [0.5],
                "tracker_id": [4],
                "class_name": ["car"],
            },
        },
    ],
)
def test_every_spelling_of_a_frame_is_read(frame):
    assert frames.objects_of(frame) == [ROW]
    assert frames.frame_number(frame, 7) == 0


def test_a_result_within_a_result_is_unwrapped():
    inner = {"frames": []}
    assert frames.unwrapped({"success": True, "result": inner}) is inner
    assert frames.unwrapped(inner) is inner


def test_a_frame_that_does_not_say_its_number_has_that_of_its_place():
    assert frames.frame_number({"objects": []}, 7) == 7


@pytest.mark.parametrize(
    "bbox",
    [None, [], [1, 2, 3], "abcd", [1, 2, 3, "x"], [float("nan"), 0, 1, 1], [10**40, 0, 1, 1]],
)
def test_objects_without_a_box_are_left_out(bbox):
    found = frames.objects_of({"objects": [{**OBJECT, "bbox": bbox}, OBJECT]})
    assert found == [ROW._replace(number=2)]


anything = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=5)
        | st.dictionaries(
            st.sampled_from(["objects", "detections", "xyxy", "bbox", "track_id", "frames", "x"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@given(anything)
def test_nothing_that_a_plugin_returns_breaks_the_reader(result):
    frames.objects_of(result)
    found = summary.summarised(frames.unwrapped(result))
    assert found is None or found.document()["frames"]["count"] >= 0


@given(st.lists(st.integers(0, 5), max_size=2000))
def test_the_summary_counts_every_frame_in_few_bins(counts):
    counted = summary.Summary()
    for count in counts:
        counted.add({"objects": [OBJECT] * count})
    said = counted.document()["frames"]
    assert (said["count"], said["objects"]) == (len(counts), sum(counts))
    assert said["most"] == max(counts, default=0)
    assert len(said["per_bin"]) <= summary.BINS
    width = said["bin_frames"]
    bins = [counts[at : at + width] for at in range(0, len(counts), width)]
    assert said["per_bin"] == pytest.approx([sum(b) / len(b) for b in bins], abs=0.001)


def test_the_summary_keeps_the_first_tracks_and_small_values():
    many = [{"track_id": n} for n in range(1500)]
    result = {"frames": [], "tracks": many, "truncated": True, "model": "x", "heat": [1, 2]}
    document = summary.summarised(result).document()
    assert document["tracks"] == many[:1000]
    assert document["track_count"] == 1500
    assert document["values"] == {"truncated": True, "model": "x"}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        (
            {"truncated": True, "frame_count": 55, "frames_expected": 200},
            "55 of 200 frames could be read.",
        ),
        ({"truncated": True, "frame_count": 55, "frames_expected": 0}, ""),
        ({"truncated": False, "frame_count": 200, "frames_expected": 200}, ""),
        ({"truncated": True, "frame_count": "many"}, ""),
        (None, ""),
    ],
)
def test_a_video_that_broke_off_says_how_much_of_it_was_read(values, said):
    view = tracks_view({"frames": {"count": 55}, "tracks": [], "values": values}, 25)
    assert view.broken_off == said
