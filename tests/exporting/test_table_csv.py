"""CSV, read back by pandas and by the csv module."""

import csv
import io

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.exporting.drawn import Desk, detection, detections, text_result, tracks


def rows_of(data):
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline="")))


def test_one_row_for_each_thing(desk):
    desk.add("detections", detections(detection("cat", (1, 2, 3.5, 4), 0.5), detection("dog")))
    desk.add("text", text_result(("Grüße, Welt", (0, 0, 9, 9))))
    desk.add(
        "codes", {"codes": [{"format": "QR", "text": "x", "polygon": [[1, 1], [5, 1], [5, 4]]}]}
    )
    desk.add("tracks", tracks(2), name="v.mp4", video=2)
    table = pd.read_csv(io.BytesIO(desk.export("csv")["results.csv"]))
    assert list(table["label"].fillna("")) == ["cat", "dog", "", "", "car", "car"]
    assert table["width"][0] == 3.5
    assert table["text"][2] == "Grüße, Welt"
    assert list(table.loc[3, ["format", "x", "y", "width", "height"]]) == ["QR", 1, 1, 4, 3]
    assert list(table["frame"][4:]) == [0, 1]


@pytest.mark.parametrize("label", ["=1+1", "+x", "-x", "@x", "\uff1dcmd"])
def test_what_looks_like_a_formula_is_a_text(desk, label):
    (row,) = rows_of(
        desk.add("detections", detections(detection(label))).export("csv").popitem()[1]
    )
    assert row["label"] == f"'{label}"
    assert row["x"] == "1"


def test_numbers_below_nothing_stay_numbers(desk):
    desk.add("detections", detections(detection(bbox=(-3, -2.5, 9, 9))))
    (row,) = rows_of(desk.export("csv").popitem()[1])
    assert (row["x"], row["y"]) == ("-3", "-2.5")


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(label=st.text(max_size=30))
def test_any_label_survives(tmp_path_factory, label):
    desk = Desk(tmp_path_factory.mktemp("csv")).add("detections", detections(detection(label)))
    (row,) = rows_of(desk.export("csv").popitem()[1])
    kept = label.replace("\0", "").encode("utf-8", "replace").decode().strip() or "object"
    assert row["label"].removeprefix("'") == kept.removeprefix("'")


def test_the_mark_for_spreadsheets_comes_on_request(desk):
    desk.add("detections", detections())
    assert desk.export("csv", bom=True).popitem()[1].startswith(b"\xef\xbb\xbfresult_id,")
    assert desk.export("csv").popitem()[1].startswith(b"result_id,")
