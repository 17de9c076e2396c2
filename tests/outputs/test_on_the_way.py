"""From the tool to the disk: frames are shaped as they pass, bytes are encoded once."""

import json

import pytest

from jobs import storage
from jobs.engine import execution
from plugins_app.host import HostResult
from plugins_app.host.child.receiving import received
from plugins_app.host.child.streaming import write_result
from plugins_app.sdk import ToolError
from plugins_app.sdk.testing import session
from tests.engine.test_lifecycle import claim
from tests.factories import job_row, make_user

SPELLED = {"frame_idx": 2, "time_s": 0.5, "detections": [{"class": "cat", "xyxy": [1, 2, 4, 6]}]}
SHAPED = {
    "frame": 2,
    "time": 0.5,
    "objects": [{"label": "cat", "score": None, "bbox": [1, 2, 3, 4]}],
}
CALL = {"output": "tracks", "path": "there is no such video"}


def yielded(*frames, more=None):
    yield from frames
    return more


def written(result, folder, **call):
    """The document that is kept of what a tool returned."""
    path = folder / "result.json"
    payload = write_result(received(result, {**CALL, **call}), path)
    return json.loads(path.read_bytes() if payload is None else payload)


@pytest.mark.parametrize("output", ["tracks", "detections"])
@pytest.mark.parametrize("give", [yielded, lambda frame: {"frames": iter([frame])}])
def test_frames_are_shaped_as_they_pass(tmp_path, output, give):
    assert written(give(SPELLED), tmp_path, output=output) == {"frames": [SHAPED]}


def test_frames_of_other_kinds_are_left_alone(tmp_path):
    assert written(yielded(SPELLED), tmp_path, output="json") == {"frames": [SPELLED]}


def test_a_large_stream_is_shaped_and_counted(tmp_path):
    long = {**SPELLED, "note": "x" * 40_000}
    with session(tmp_path) as call:
        found = written(yielded(*[long] * 30), tmp_path)
    assert found["frames"] == [{**SHAPED, "note": long["note"]}] * 30
    assert json.loads(call.path("summary.json").read_bytes())["frames"]["objects"] == 30


def test_a_stream_that_ends_with_an_error_fails(tmp_path):
    with pytest.raises(ToolError, match="no light"):
        written(yielded(SPELLED, more={"error": "no light"}), tmp_path)


def test_small_results_are_spelled_alike_whole_or_streamed(tmp_path):
    """As earlier versions stored them, so that the same result has the same digest."""
    result = {"frames": [{**SHAPED, "name": "Grüße"}], "more": [1, 2.5]}
    whole = write_result(received(result | {"tracks": []}, CALL), tmp_path / "a")
    assert whole == json.dumps(result | {"tracks": []}, ensure_ascii=False).encode()
    streamed = received(yielded(*result["frames"], more={"more": [1, 2.5]}), CALL)
    assert write_result(streamed, tmp_path / "b") == json.dumps(result, ensure_ascii=False).encode()


def test_the_bytes_that_were_checked_are_stored(echo_plugin):
    job_row(make_user())
    sent = b'{ "as":\n "sent" }'
    outcome = execution.store_outcome(claim(), HostResult({}, None, result_json=sent), {})
    with storage.open_file(outcome.result) as file:
        assert file.read() == sent
