"""The call in progress: where its artifacts are written and where progress is reported.

Outside a host, artifacts go to a temporary folder and progress is discarded.
"""

import re
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

ARTIFACT_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,99}")
RESERVED_NAMES = ("result.json",)
CONTENT_TYPES = {
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
    ".gif": "image/gif",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".json": "application/json",
    ".csv": "text/csv",
    ".txt": "text/plain",
}


class Declared(NamedTuple):
    """An artifact that a tool has announced."""

    name: str
    kind: str
    content_type: str


class Session:
    """One call of a tool. ``report`` takes the fraction done (0..1, None if unknown) and a note."""

    def __init__(self, workdir: Path, report: Callable[[float | None, str], None]) -> None:
        self.workdir = workdir
        self.report = report
        self.artifacts: dict[str, Declared] = {}


_current: Session | None = None


def current() -> Session:
    """The call in progress. Outside a host, a session with a temporary folder is made."""
    global _current  # one call at a time in a host
    if _current is None:
        import tempfile

        folder = Path(tempfile.mkdtemp(prefix="forgesyte-"))
        _current = Session(folder, lambda _fraction, _note: None)
    return _current


def bind(session: Session | None) -> Session | None:
    """Begin a call, or end it (None). Returns the previous one. Only for the host and for tests."""
    global _current
    before, _current = _current, session
    return before


def artifact_path(name: str, kind: str = "", content_type: str = "") -> Path:
    """Announce an artifact and get the path to write it to.

    ``name`` is a plain file name of letters, digits, ``. _ -`` (at most 100). ``kind``
    (``picture``, ``video``, ``table``, ...) and ``content_type`` are guessed from the extension if
    they are not given. The file must exist when the tool returns. Raises ValueError if the name is
    not allowed.
    """
    if not ARTIFACT_NAME.fullmatch(name) or name in RESERVED_NAMES:
        raise ValueError(
            f"{name!r} can't be an artifact's name. Use letters, digits, dot, dash and underscore,"
            " and not result.json."
        )
    content_type = content_type or CONTENT_TYPES.get(
        Path(name).suffix.lower(), "application/octet-stream"
    )
    kinds = {"image": "picture", "video": "video", "text": "text"}
    kind = kind or kinds.get(content_type.partition("/")[0], "file")
    session = current()
    session.artifacts[name] = Declared(name, kind, content_type)
    return session.workdir / name


def is_declared(name: str) -> bool:
    """Whether the tool has announced an artifact with this name."""
    return name in current().artifacts


def write_artifact(name: str, data: bytes | str, kind: str = "", content_type: str = "") -> Path:
    """Write a file beside the result (text as UTF-8); see ``artifact_path``."""
    path = artifact_path(name, kind, content_type)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def progress(done: float, total: float, note: str = "") -> None:
    """Report progress: ``done`` of ``total``. If the total is unknown (0), only the note counts."""
    fraction = min(max(done / total, 0.0), 1.0) if total > 0 else None
    current().report(fraction, note)
