"""The call in progress: where its files go, and who hears of its progress.

Outside a host, artifacts go to a temporary folder and progress nowhere.
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
    """An artifact that a tool announced."""

    name: str
    kind: str
    content_type: str


class Session:
    """The call in progress, as the host sets it up."""

    def __init__(self, workdir: Path, report: Callable[[float | None, str], None]) -> None:
        self.workdir = workdir
        self.report = report
        self.artifacts: dict[str, Declared] = {}


_current: Session | None = None


def current() -> Session:
    """The call in progress; outside a host one is made, with a temporary folder."""
    global _current  # one call at a time in a host
    if _current is None:
        import tempfile

        folder = Path(tempfile.mkdtemp(prefix="forgesyte-"))
        _current = Session(folder, lambda _fraction, _note: None)
    return _current


def bind(session: Session | None) -> Session | None:
    """Begin (or, with None, end) a call; gives the one before. Only the host and tests do that."""
    global _current
    before, _current = _current, session
    return before


def artifact_path(name: str, kind: str = "", content_type: str = "") -> Path:
    """Announce an artifact and get the path to write it to.

    ``name`` is a plain file name of letters, digits, ``. _ -`` (at most 100). ``kind``
    (``picture``, ``video``, ``table``, ...) and ``content_type`` are guessed from the extension
    where left out.
    A file that was announced must exist when the tool returns. Raises ValueError.
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
    """Whether the tool has announced an artifact of this name."""
    return name in current().artifacts


def write_artifact(name: str, data: bytes | str, kind: str = "", content_type: str = "") -> Path:
    """Write a file beside the result (text as UTF-8); see ``artifact_path``."""
    path = artifact_path(name, kind, content_type)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def progress(done: float, total: float, note: str = "") -> None:
    """Tell how far the tool is: ``done`` of ``total``; with an unknown total (0) only a note."""
    fraction = min(max(done / total, 0.0), 1.0) if total > 0 else None
    current().report(fraction, note)
