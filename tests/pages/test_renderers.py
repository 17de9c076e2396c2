"""Results as rows and shapes: right for right results, and never an error for wrong ones."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from jobs.showing.renderers import MAX_ROWS, rendered
from plugins_app.outputs import KINDS, NAMES

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)
ENTRIES = st.lists(
    st.dictionaries(
        st.sampled_from(["text", "label", "score", "bbox", "polygon", "format", "points", "page"]),
        ANY_JSON,
    )
    | ANY_JSON,
    max_size=5,
)


def test_lines_of_text_have_their_polygon_and_score():
    line = {"text": "Hi", "score": 0.987, "polygon": [[0, 0], [9.56, 1], [9, 5]], "bbox": None}
    view = rendered("text", {"text": "Hi\n", "lines": [line]})
    (row,) = view.rows
    assert (view.kind, view.text) == ("text", "Hi\n")
    assert (row.shown, row.percent, row.points) == ("Hi", "98.7 %", "0,0 9.6,1 9,5")
    assert row.place == "0, 0 · 10 \u00d7 5"


def test_a_box_is_drawn_by_its_corners():
    view = rendered("detections", {"detections": [{"label": "cat", "bbox": [1, 2, 10, 20]}]})
    assert view.rows[0].points == "1,2 11,2 11,22 1,22"
    assert view.rows[0].percent == ""


def test_objects_are_counted_by_label_and_each_label_has_its_colour():
    labels = ["cat", "dog", "dog"]
    view = rendered("detections", {"detections": [{"label": label} for label in labels]})
    assert view.counts == [("dog", 2, 1), ("cat", 1, 0)]
    assert [row.colour for row in view.rows] == [0, 1, 1]


def test_codes_show_content_and_format():
    code = {"format": "QR", "text": "https://example.org", "polygon": [[0, 0], [1, 0], [1, 1]]}
    view = rendered("codes", {"codes": [code]})
    assert (view.rows[0].text, view.rows[0].label) == ("https://example.org", "QR")


def test_text_without_a_whole_is_made_of_its_lines():
    view = rendered("text", {"lines": [{"text": "a"}, {"text": "b"}]})
    assert view.text == "a\nb"


def test_more_rows_than_a_page_takes_are_counted():
    view = rendered("detections", {"detections": [{"label": "x"}] * (MAX_ROWS + 7)})
    assert (len(view.rows), view.left_out) == (MAX_ROWS, 7)


@pytest.mark.parametrize("output", ["json", "keypoints", "tracks", "unheard-of"])
def test_other_kinds_are_shown_as_json(output):
    assert rendered(output, {"detections": [{"label": "x"}]}).kind == "json"


@pytest.mark.parametrize("output", NAMES)
@pytest.mark.parametrize("result", [None, [], "text", {}, {"lines": {}}, {"detections": "no"}])
def test_what_is_not_as_declared_is_shown_as_json(output, result):
    assert rendered(output, result).kind == "json"


@pytest.mark.parametrize("bbox", [[1, 2, 3], [1, 2, 3, "4"], [1, 2, 3, True], [0, 0, 1e300, 1]])
def test_a_box_that_is_none_is_not_drawn_but_its_row_stays(bbox):
    (row,) = rendered("detections", {"detections": [{"label": "x", "bbox": bbox}]}).rows
    assert (row.points, row.label) == ("", "x")


@pytest.mark.parametrize("score", [5, -0.1, 95.5, True, "high"])
def test_a_score_that_is_none_is_not_shown_as_a_percentage(score):
    (row,) = rendered("detections", {"detections": [{"label": "x", "score": score}]}).rows
    assert row.percent == ""


@settings(deadline=None)
@given(output=st.sampled_from(NAMES), entries=ENTRIES, text=ANY_JSON)
def test_no_result_breaks_the_page(output, entries, text):
    lists = [kind.listed for kind in KINDS.values() if kind.listed]
    result = dict.fromkeys(lists, entries) | {"text": text}
    view = rendered(output, result)
    allowed = set("0123456789.,- ")
    assert all(set(row.points) <= allowed for row in view.rows)
    assert len(view.rows) + view.left_out <= len(entries)
