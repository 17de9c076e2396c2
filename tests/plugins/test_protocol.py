"""Frames between supervisor and child, and messages that a plugin may have made up."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins_app.host.calls import HostFailure
from plugins_app.host.protocol import MAX_FRAME_BYTES, PAYLOAD, Framer, ProtocolError, encode, frame
from plugins_app.host.replies import failure_from, progress_from, result_from

values = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**60), 2**60) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
messages = st.lists(st.dictionaries(st.text(), values, max_size=4), max_size=4)


@given(messages, st.lists(st.integers(1, 40), min_size=1))
def test_messages_arrive_whole_however_the_bytes_are_cut(sent, cuts):
    data = b"".join(frame(encode(message)) for message in sent)
    framer, received, number = Framer(), [], 0
    while data:
        cut = cuts[number % len(cuts)]
        received += framer.feed(data[:cut])
        data, number = data[cut:], number + 1
    assert received == sent


@given(st.binary(max_size=200))
def test_garbage_is_a_protocol_error_or_waits_for_more(data):
    framer = Framer()
    try:
        found = list(framer.feed(data))
    except ProtocolError:
        return
    assert all(isinstance(message, dict) for message in found)


@pytest.mark.parametrize(
    "body",
    [
        b"[]",
        b"1",
        b'{"a": NaN}',
        b"{",
        b"\xff",
        b'{"a":' + b"[" * 100_000,
        b'{"a": 1' + b"0" * 5000 + b"}",
    ],
)
def test_a_body_that_is_no_json_object_is_refused(body):
    with pytest.raises(ProtocolError):
        list(Framer().feed(struct.pack(">II", len(body), 0) + body))


def test_a_frame_over_the_limit_is_refused_before_it_is_read():
    with pytest.raises(ProtocolError):
        list(Framer().feed(struct.pack(">II", MAX_FRAME_BYTES, 1)))
    with pytest.raises(ProtocolError):
        frame(b"x" * MAX_FRAME_BYTES, b"x")


@given(messages, st.binary(min_size=1, max_size=30), st.integers(1, 20))
def test_a_payload_comes_as_the_bytes_that_were_sent(sent, payload, cut):
    data = b"".join(frame(encode(message), payload) for message in sent)
    framer = Framer()
    pieces = [data[at : at + cut] for at in range(0, len(data), cut)]
    received = [message for piece in pieces for message in framer.feed(piece)]
    assert received == [{**message, PAYLOAD: payload} for message in sent]


GOOD = {"artifacts": [], PAYLOAD: b" 1", "cpu_s": 0.5, "model_digest": "sha256:abc"}


def read(tmp_path, **changes):
    message = {**GOOD, **changes}
    return result_from({k: v for k, v in message.items() if v != "gone"}, tmp_path, "log", 1.0, 9)


def test_a_proper_result_is_taken(tmp_path):
    done = read(tmp_path)
    assert (done.result, done.log, done.cpu_s, done.wall_s) == (1, "log", 0.5, 1.0)
    assert done.result_json == b" 1"
    assert (done.peak_rss_bytes, done.model_digest) == (9, "sha256:abc")


@pytest.mark.parametrize(
    "changes",
    [
        {"artifacts": None},
        {"artifacts": ["mask.png"]},
        {"artifacts": [{"name": "mask.png"}]},
        {"artifacts": [{"name": "../../x", "kind": "a", "content_type": "a/b"}]},
        {"artifacts": [{"name": 1, "kind": "a", "content_type": "a/b"}]},
        {PAYLOAD: "gone"},
        {PAYLOAD: "1"},
        {PAYLOAD: b"["},
        {PAYLOAD: b"NaN"},
        {PAYLOAD: b"\xff"},
        {PAYLOAD: "{}".encode("utf-16")},
        {PAYLOAD: b"[" * 100_000},
        {PAYLOAD: b'"\\uD800"'},
        {"file": "/etc/passwd"},
        {"file": "result.json"},
    ],
)
def test_a_result_that_no_host_would_send_is_refused(tmp_path, changes):
    with pytest.raises(ProtocolError):
        read(tmp_path, **changes)


def test_odd_words_about_an_artifact_are_replaced_by_plain_ones(tmp_path):
    (tmp_path / "a.bin").touch()
    odd = {"name": "a.bin", "kind": "A B", "content_type": "text/html\r\nX-Evil: 1"}
    (artifact,) = read(tmp_path, artifacts=[odd]).artifacts
    assert (artifact.kind, artifact.content_type) == ("file", "application/octet-stream")


@pytest.mark.parametrize("value", [None, "fast", True, float("inf"), [1]])
def test_odd_numbers_count_as_nothing(tmp_path, value):
    assert read(tmp_path, cpu_s=value).cpu_s in (0.0, 1.0)


@given(
    st.dictionaries(st.sampled_from(["reason", "message", "retryable", "fraction", "note"]), values)
)
def test_failures_and_progress_are_typed_whatever_came(message):
    failure = failure_from(message, "")
    assert isinstance(failure, HostFailure)
    assert failure.message
    failure.message.encode()
    assert "\0" not in failure.message
    progress = progress_from(message)
    assert progress.fraction is None or 0 <= progress.fraction <= 1
