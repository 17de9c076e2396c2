"""Results that are written while the tool makes them, so that memory does not grow with a video.

A tool may give frames one by one in two ways: ``run_tool`` returns a generator, which yields
frames and returns the other members of the result; or it returns a dict whose ``frames`` is an
iterator, with the other members filled while it runs. Either way the document is
``{"frames": [...], ...}``. No Django.
"""

from collections.abc import Generator, Iterator
from pathlib import Path
from types import GeneratorType
from typing import Any

from plugins_app.host.child.answers import to_json
from plugins_app.sdk import ToolError, artifact_path, is_declared
from plugins_app.tracks import Summary, summarised

INLINE_RESULT_BYTES = 1024 * 1024
FRAMES = "frames"
SUMMARY_FILE = "summary.json"


def write_result(result: Any, path: Path) -> bytes | None:
    """A tool's result as JSON; a large one is written to ``path`` and None returned.

    Beside a large one that has frames, the artifact ``summary.json`` is left for pages, which must
    not read all of it. Raises ToolError where something is no JSON, with its place, and whatever
    the tool raises while it makes frames.
    """
    if is_streamed(result):
        summary: Summary | None = _stream(result, path)
        if path.stat().st_size <= INLINE_RESULT_BYTES:
            payload = path.read_bytes()
            path.unlink()
            return payload
    else:
        payload = to_json(result)
        if len(payload) <= INLINE_RESULT_BYTES:
            return payload
        path.write_bytes(payload)
        summary = summarised(result)
    if summary is not None and not is_declared(SUMMARY_FILE):
        artifact_path(SUMMARY_FILE, "summary").write_bytes(to_json(summary.document()))
    return None


def is_streamed(result: Any) -> bool:
    """Whether the frames of a result are still to be made."""
    return isinstance(result, GeneratorType) or (
        isinstance(result, dict) and isinstance(result.get(FRAMES), Iterator)
    )


def _stream(result: Any, path: Path) -> Summary:
    """Write the document, and count on the way."""
    rest = {} if isinstance(result, GeneratorType) else result
    frames = result if isinstance(result, GeneratorType) else result[FRAMES]
    summary = Summary()
    with path.open("wb") as file:
        file.write(b'{"frames":[')
        for position, frame in enumerate(_returning(frames, rest)):
            text = to_json(frame, (FRAMES, position))
            file.write(b"," + text if position else text)
            summary.add(frame)
        file.write(b"]")
        summary.rest = {key: value for key, value in rest.items() if key != FRAMES}
        members = to_json(summary.rest)
        file.write(b"," + members[1:] if summary.rest else b"}")
    return summary


def _returning(frames: Any, rest: dict[str, Any]) -> Generator[Any, None, None]:
    """The frames; afterwards ``rest`` has what a generator returned as well."""
    more = yield from frames
    if more is None:
        return
    if not isinstance(more, dict):
        raise ToolError(
            f"The tool's generator returned a {type(more).__name__}. It must return a dict with"
            " the members of the result beside frames, or nothing."
        )
    rest |= more
