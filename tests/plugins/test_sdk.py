"""What plugin authors use, alone and without a server."""

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins_app import sdk
from plugins_app.sdk import call, testing

sides = st.floats(0, 1000)
boxes = st.tuples(st.floats(-1000, 1000), st.floats(-1000, 1000), sides, sides)


@pytest.fixture
def session(tmp_path):
    """A call in progress."""
    with testing.session(tmp_path) as call:
        yield call


def test_it_imports_nothing_of_the_server():
    code = (
        "import sys, plugins_app.sdk; sys.exit(any(m in sys.modules for m in ('django', 'jobs')))"
    )
    root = Path(__file__).parents[2]
    assert subprocess.run([sys.executable, "-c", code], cwd=root).returncode == 0


def test_an_artifact_is_written_and_announced(session, tmp_path):
    path = sdk.write_artifact("mask.png", b"123")
    assert path == tmp_path / "mask.png"
    assert path.read_bytes() == b"123"
    assert session.artifacts["mask.png"] == ("mask.png", "picture", "image/png")


def test_text_is_written_as_utf_8(session):
    assert sdk.write_artifact("a.csv", "é").read_bytes() == "é".encode()
    assert session.artifacts["a.csv"] == ("a.csv", "text", "text/csv")


def test_kind_and_content_type_may_be_given(session):
    sdk.artifact_path("preview.bin", "video", "video/x-own").touch()
    assert session.artifacts["preview.bin"] == ("preview.bin", "video", "video/x-own")


@pytest.mark.parametrize(
    "name", ["", "../a.png", "/etc/a.png", "a/b.png", ".hidden", "a\nb", "x" * 101, "result.json"]
)
def test_a_name_that_is_no_file_name_is_refused(session, name):
    with pytest.raises(ValueError, match="can't be an artifact's name"):
        sdk.artifact_path(name)


def test_progress_is_a_fraction_within_bounds(session):
    for done, total in ((1, 4), (9, 4), (-1, 4), (3, 0)):
        sdk.progress(done, total, "note")
    assert [fraction for fraction, _note in session.progress] == [0.25, 1.0, 0.0, None]


def test_an_announced_file_that_is_not_there_fails_the_test(tmp_path):
    def announce():
        with testing.session(tmp_path):
            sdk.write_artifact("a.png", b"1")
            sdk.artifact_path("b.png")

    with pytest.raises(AssertionError, match=r"Announced, but not written: b\.png\."):
        announce()


def test_a_tools_own_failure_is_what_a_test_sees(tmp_path):
    def fail():
        with testing.session(tmp_path):
            sdk.artifact_path("b.png")
            raise sdk.ToolError("No luck.")

    with pytest.raises(sdk.ToolError, match="No luck"):
        fail()


def test_a_session_ends_and_takes_its_temporary_folder_along(session):
    with testing.session() as inner:
        path = sdk.write_artifact("a.txt", "x")
        assert inner.path("a.txt") == path
    assert not path.exists()
    sdk.progress(1, 2, "outer")
    assert (inner.progress, session.progress) == ([], [(0.5, "outer")])


def test_a_tool_error_is_a_value_error():
    with pytest.raises(ValueError, match="No luck"):
        raise sdk.ToolError("No luck.")


def test_outside_a_host_a_tool_can_be_tried_out():
    path = sdk.write_artifact("a.txt", "hello")
    sdk.progress(1, 2)
    assert path.read_text() == "hello"
    call.bind(None)


def test_an_unknown_reason_is_refused():
    with pytest.raises(ValueError, match=r"Unknown reason 'bad_luck'\. Use one of: tool_error"):
        sdk.ToolError("It failed.", reason="bad_luck")


def test_a_files_digest_is_its_sha_256(tmp_path):
    (tmp_path / "weights").write_bytes(b"abc")
    assert sdk.file_digest(tmp_path / "weights").startswith("ba7816bf8f01cfea414140de5dae2223")


@given(boxes)
def test_corners_give_the_box_back(box):
    x, y, w, h = box
    assert sdk.box_from_corners(x + w, y + h, x, y) == pytest.approx(list(box), abs=1e-6)


@given(boxes, st.floats(1, 2000), st.floats(1, 2000))
def test_a_clipped_box_lies_in_the_image(box, width, height):
    x, y, w, h = sdk.clip_box(box, width, height)
    assert w >= 0
    assert h >= 0
    assert 0 <= x <= width
    assert 0 <= y <= height
    assert x + w <= width + 1e-6
    assert y + h <= height + 1e-6


@given(boxes, boxes)
def test_iou_is_symmetric_and_between_0_and_1(a, b):
    assert 0 <= sdk.box_iou(a, b) <= 1 + 1e-9
    assert sdk.box_iou(a, b) == pytest.approx(sdk.box_iou(b, a))


def test_iou_of_known_boxes():
    assert sdk.box_iou([0, 0, 10, 10], [0, 0, 10, 10]) == 1
    assert sdk.box_iou([0, 0, 10, 10], [5, 0, 10, 10]) == pytest.approx(1 / 3)
    assert sdk.box_iou([0, 0, 10, 10], [20, 20, 5, 5]) == 0
    assert sdk.box_iou([0, 0, 0, 0], [0, 0, 0, 0]) == 0
