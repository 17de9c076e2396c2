"""Results in other spellings end in the shape of their kind; proper ones are left as they are."""

import base64
import copy

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins_app import sdk
from plugins_app.host.child.answers import reported_error
from plugins_app.host.child.pictures import MOST_PICTURES, take_out
from plugins_app.manifests.result_faults import shape_faults
from plugins_app.outputs import KINDS
from plugins_app.sdk import testing
from tests.factories import picture

BOX = {"label": "cat", "score": 0.5, "bbox": [1, 2, 3, 4]}


def never():
    raise AssertionError("the video was opened for nothing")


def shaped(result, output, fps=never):
    return KINDS[output].shape(copy.deepcopy(result), fps)


@pytest.mark.parametrize(
    "one",
    [
        {"class_name": "cat", "confidence": 0.5, "xyxy": [1, 2, 4, 6]},
        {"class": "cat", "conf": 0.5, "score": 0.5, "x1": 1, "y1": 2, "x2": 4, "y2": 6},
        {"name": "cat", "score": 0.5, "bbox": {"x": 1, "y": 2, "width": 3, "height": 4}},
        {"label": "cat", "score": 0.5, "box": [1, 2, 3, 4]},
        {"label": "cat", "score": 0.5, "x": 1, "y": 2, "w": 3, "h": 4},
        {"label": "cat", "score": 0.5, "xyxy": np.array([1, 2, 4, 6])},
    ],
)
def test_every_spelling_of_a_box_ends_in_one(one):
    (found,) = shaped({"detections": [one]}, "detections")["detections"]
    assert {name: found[name] for name in BOX} == BOX
    assert not {"xyxy", "x1", "box", "class_name", "confidence"} & set(found)


@pytest.mark.parametrize(
    "result",
    [
        [{"class_name": "cat", "confidence": 0.5, "xyxy": [1, 2, 4, 6]}],
        {"success": True, "result": {"detections": [BOX]}},
        {"detections": {"xyxy": [[1, 2, 4, 6]], "confidence": [0.5], "class_name": ["cat"]}},
        {"detections": {"tracked_objects": [BOX]}},
    ],
)
def test_every_way_to_list_detections_ends_in_one(result):
    assert shaped(result, "detections") == {"detections": [BOX]}


def test_a_class_without_a_name_is_called_by_its_number():
    (found,) = shaped({"detections": [{"class_id": 7, "xyxy": [0, 0, 1, 1]}]}, "detections")[
        "detections"
    ]
    assert found == {"label": "7", "score": None, "bbox": [0, 0, 1, 1], "class_id": 7}


@pytest.mark.parametrize("output", ["tracks", "detections"])
@pytest.mark.parametrize(
    "frame",
    [
        {"frame_index": 5, "detections": [{**BOX, "tracking_id": 3}]},
        {"frame_idx": 5, "tracked_objects": [{**BOX, "tracker_id": 3}]},
        {"frame": 5, "detections": {"tracked_objects": [{**BOX, "track_id": 3}]}},
    ],
)
def test_every_spelling_of_a_frame_ends_in_one(frame, output):
    result = shaped({"success": True, "result": {"frames": [frame]}}, output, fps=lambda: 10.0)
    assert result["frames"] == [{"frame": 5, "time": 0.5, "objects": [{"track_id": 3, **BOX}]}]
    assert result["tracks"] == [
        {"track_id": 3, "label": "cat", "first_frame": 5, "last_frame": 5, "frames": 1}
    ]
    assert shape_faults(output, result) == []


def test_the_video_is_asked_for_its_rate_only_where_nothing_else_tells_times():
    frames = [{"frame_index": 4, "objects": []}]
    assert shaped({"frames": frames, "fps": 8}, "tracks")["frames"][0]["time"] == 0.5
    timed = [{"frame_index": 4, "time_s": 0.25, "objects": []}]
    assert shaped({"frames": timed}, "tracks")["frames"][0]["time"] == 0.25
    asked = []
    many = [{"frame_index": number, "objects": []} for number in range(3)]
    result = shaped({"frames": many}, "tracks", fps=lambda: asked.append(1) or 0.0)
    assert [frame["time"] for frame in result["frames"]] == [None, None, None]


def test_what_nobody_recognises_is_kept():
    keypoints = {"keypoints_xy": [[1, 2]], "keypoints_conf": [0.5]}
    frames = [{"frame_index": 0, "detections": keypoints, "note": "x"}]
    (frame,) = shaped({"frames": frames, "fps": 1}, "tracks")["frames"]
    assert frame == {
        "frame": 0, "time": 0.0, "objects": [], "detections": keypoints, "note": "x",
    }  # fmt: skip
    for odd in (None, 7, "text", [], {"detections": "many"}, {"frames": "all"}, {"text": 1}):
        for output in ("text", "masks", "codes", "keypoints"):
            assert shaped(odd, output) == odd


def test_blocks_of_text_become_lines():
    blocks = [
        {"text": "a", "confidence": 90, "bbox": {"x": 1, "y": 2, "width": 3, "height": 4}},
        {"text": "b", "confidence": 1, "bbox": None},
    ]
    assert shaped({"text": "a b", "blocks": blocks}, "text") == {
        "text": "a b",
        "lines": [
            {"text": "a", "score": 0.9, "bbox": [1, 2, 3, 4]},
            {"text": "b", "score": 0.01, "bbox": None},
        ],
    }


boxes = st.lists(st.floats(0, 1e4), min_size=4, max_size=4)
objects = st.fixed_dictionaries(
    {"label": st.text(max_size=5), "score": st.floats(0, 1), "bbox": boxes},
    optional={"track_id": st.integers(0, 99), "class_id": st.integers(0, 9)},
)
frames = st.fixed_dictionaries(
    {"frame": st.integers(0, 10**6), "time": st.floats(0, 1e5), "objects": st.lists(objects)}
)
tracks = st.fixed_dictionaries({"frames": st.lists(frames, max_size=4), "tracks": st.just([])})


@given(tracks)
def test_proper_tracks_are_left_as_they_are(result):
    assert shaped(result, "tracks") == result


@given(st.lists(objects))
def test_proper_detections_are_left_as_they_are(listed):
    assert shaped({"detections": listed}, "detections") == {"detections": listed}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["frames", "detections", "xyxy", "bbox", "result", "success", "blocks"])
            | st.sampled_from(["text", "tracks", "frame", "time", "class", "x1", "x2", "y1", "y2"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(anything, st.sampled_from(["text", "detections", "masks", "tracks", "keypoints", "codes"]))
def test_no_result_is_too_odd(result, output):
    shaped(result, output, fps=lambda: 25.0)


@pytest.mark.parametrize(
    ("result", "message"),
    [
        ({"error": "No page"}, "No page"),
        ({"error": "bad", "message": "No page", "tool": "read"}, "bad: No page"),
        ({"text": "", "blocks": [], "confidence": 0.0, "error": "No page"}, "No page"),
        ({"success": False, "error": {"message": "No page"}, "result": None}, "No page"),
        ({"text": "found", "error": "low light"}, ""),
        ({"error": None, "text": ""}, ""),
        ({"error": ""}, ""),
        ([], ""),
    ],
)
def test_a_result_that_says_nothing_but_an_error_is_one(result, message):
    assert reported_error(result) == message


@pytest.fixture
def session(tmp_path):
    """A call in progress, as a host has it."""
    with testing.session(tmp_path) as call:
        yield call


def test_a_result_that_holds_itself_ends_all_the_same(session):
    result = {}
    result |= {"detections": result, "objects": result, "frames": [result], "tracks": [result]}
    for output in ("json", "detections", "tracks", "text"):
        take_out(shaped(result, output, fps=lambda: 1.0))


def text_of(data):
    return base64.b64encode(data).decode()


@pytest.mark.parametrize(
    ("key", "kind", "name"),
    [
        ("annotated_image_base64", "PNG", "annotated_image.png"),
        ("annotatedFrameBase64", "JPEG", "annotatedFrame.jpg"),
        ("b64", "WEBP", "picture.webp"),
        ("über base64", "GIF", "ber.gif"),
    ],
)
def test_a_picture_under_a_telling_name_becomes_a_file(session, tmp_path, key, kind, name):
    data = picture(kind=kind)
    result = {"count": 1, key: text_of(data)}
    assert take_out(result)[key]["artifact"] == name
    assert (tmp_path / name).read_bytes() == data
    assert result[key] == text_of(data)


def test_a_data_url_becomes_a_file_wherever_it_is(session, tmp_path):
    data = picture()
    url = f"data:image/png;base64,{text_of(data)}"
    result = take_out({"views": [{"overlay": url}, {"overlay": url}], "list": [url]})
    names = [view["overlay"]["artifact"] for view in result["views"]]
    assert names == ["overlay.png", "overlay_2.png"]
    assert result["list"][0] == {"artifact": "list.png", "content_type": "image/png"}
    assert (tmp_path / "overlay_2.png").read_bytes() == data


@pytest.mark.parametrize(
    "text",
    ["", "no base64 at all, but long enough to be looked at", text_of(b"x" * 100), "iVBORw0KGgo="],
)
def test_what_is_no_picture_stays(session, text):
    result = {"image_base64": text, "data": text}
    assert take_out(result) is result
    assert session.artifacts == {}


def test_a_name_that_the_tool_has_taken_is_left_to_it(session, tmp_path):
    sdk.write_artifact("mask.png", b"its own")
    assert take_out({"mask_base64": text_of(picture())})["mask_base64"]["artifact"] == "mask_2.png"
    assert (tmp_path / "mask.png").read_bytes() == b"its own"


def test_there_is_an_end_to_it(session):
    text = text_of(picture(2, 2))
    result = take_out({"frames_base64": [text] * (MOST_PICTURES + 1)})["frames_base64"]
    assert result[-1] == text
    assert len(session.artifacts) == MOST_PICTURES
