"""Frames of large results, read piece by piece."""

import json
import tracemalloc

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plugins_app import json_stream
from plugins_app.json_stream import NotFrames, frames_in

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=8,
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(values), st.dictionaries(st.text(), values), st.integers(1, 40), st.booleans())
def test_frames_are_those_that_json_reads(tmp_path, monkeypatch, frames, others, chunk, first):
    monkeypatch.setattr(json_stream, "CHUNK", chunk)
    rest = {key: value for key, value in others.items() if key not in ("frames", "result")}
    whole = {"frames": frames, **rest} if first else {**rest, "frames": frames}
    path = tmp_path / "result.json"
    path.write_text(json.dumps(whole, indent=chunk % 3 or None))
    assert list(frames_in(path)) == frames


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"a": 1', '{"frames": 1}', '{"frames": [1, 2'])
def test_what_has_no_frames_is_told(tmp_path, text):
    path = tmp_path / "result.json"
    path.write_text(text)
    with pytest.raises(NotFrames):
        list(frames_in(path))


def test_memory_stays_small(tmp_path):
    path = tmp_path / "result.json"
    path.write_text(json.dumps({"frames": [{"note": "x" * 1000}] * 20_000}))
    tracemalloc.start()
    count = sum(1 for _frame in frames_in(path))
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert count == 20_000
    assert peak < 2_000_000
