"""Writes results while the tool produces them, so that memory does not grow with a video.

A tool can produce frames one by one in two ways: ``run_tool`` returns a generator, which yields
frames and returns the other members of the result; or it returns a dict whose ``frames`` is an
iterator, with the other members filled in while it runs. Either way the document is
``{"frames": [...], ...}``.
"""

import json
from collections.abc import Generator, Iterator
from pathlib import Path
from types import GeneratorType
from typing import Any, NamedTuple

from plugins_app.host.child.answers import reported_error, to_json
from plugins_app.outputs.base import ShapeFrame
from plugins_app.outputs.summary import Summary, summarised
from plugins_app.sdk import ToolError, artifact_path, is_declared

INLINE_RESULT_BYTES = 1024 * 1024
FRAMES = "frames"
SUMMARY_FILE = "summary.json"


class Streamed(NamedTuple):
    """A result whose frames are still to be produced, and a function that shapes each frame."""

    result: Any
    shape: ShapeFrame | None


def write_result(result: Any, path: Path) -> bytes | None:
    """Encode a tool's result as JSON. A large one is written to ``path`` and None is returned.

    For a large result with frames, the artifact ``summary.json`` is written for pages, so that they
    don't read all of it. Raises ToolError, with the place, if something can't be written as JSON,
    and whatever the tool raises while it produces frames.
    """
    if isinstance(result, Streamed):
        summary: Summary | None = _stream(result, path)
        if path.stat().st_size <= INLINE_RESULT_BYTES:
            payload = path.read_bytes()
            path.unlink()
            return _spaced(payload)
    else:
        payload = to_json(result, spaced=True)
        if len(payload) <= INLINE_RESULT_BYTES:
            return payload
        compact = to_json(result)
        if len(compact) <= INLINE_RESULT_BYTES:
            return payload
        path.write_bytes(compact)
        summary = summarised(result)
    if summary is not None and not is_declared(SUMMARY_FILE):
        artifact_path(SUMMARY_FILE, "summary").write_bytes(to_json(summary.document()))
    return None


def is_streamed(result: Any) -> bool:
    """Whether the frames of a result are still to be produced."""
    return isinstance(result, GeneratorType) or (
        isinstance(result, dict) and isinstance(result.get(FRAMES), Iterator)
    )


def _spaced(payload: bytes) -> bytes:
    """Format small results alike, streamed or not, so that equal ones have the same digest."""
    return json.dumps(json.loads(payload), ensure_ascii=False).encode()


def _stream(streamed: Streamed, path: Path) -> Summary:
    """Write the document, and summarise it at the same time."""
    result, shape = streamed
    rest = {} if isinstance(result, GeneratorType) else result
    frames = result if isinstance(result, GeneratorType) else result[FRAMES]
    summary = Summary()
    with path.open("wb") as file:
        file.write(b'{"frames":[')
        for position, frame in enumerate(_returning(frames, rest)):
            shaped = shape(frame, position) if shape else frame
            text = to_json(shaped, (FRAMES, position))
            file.write(b"," + text if position else text)
            summary.add(shaped)
        file.write(b"]")
        summary.rest = {key: value for key, value in rest.items() if key != FRAMES}
        if message := reported_error(summary.rest):
            raise ToolError(message)
        members = to_json(summary.rest)
        file.write(b"," + members[1:] if summary.rest else b"}")
    return summary


def _returning(frames: Any, rest: dict[str, Any]) -> Generator[Any, None, None]:
    """Yield the frames. Afterwards ``rest`` also has what a generator returned."""
    more = yield from frames
    if more is None:
        return
    if not isinstance(more, dict):
        raise ToolError(
            f"The tool's generator returned a {type(more).__name__}. It must return a dict with"
            " the members of the result beside frames, or nothing."
        )
    rest |= more
