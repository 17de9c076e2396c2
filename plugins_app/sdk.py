"""What a plugin author may use: failing with a reason, files, progress, boxes.

None of it is needed to write a plugin. It imports nothing of the server, so a plugin that uses it
can be tested alone: outside a host, artifacts go to a temporary folder and progress nowhere.
It imports little, because every host starts with it.
"""

import re
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    import numpy as np

    from plugins_app.images import Picture
    from plugins_app.rle import Rle
    from plugins_app.video import Frames

REASONS = ("tool_error", "undecodable", "too_large", "unsupported_input", "invalid_params")
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


class ToolError(Exception):
    """A failure that the user should read as it is.

    ``message`` is a sentence: what, why, what to do next. ``retryable`` says that trying again
    may help. ``reason`` is one of ``REASONS``; it groups failures in lists and statistics.
    """

    def __init__(self, message: str, retryable: bool = False, reason: str = "tool_error") -> None:
        if reason not in REASONS:
            raise ValueError(f"Unknown reason {reason!r}; there are: {', '.join(REASONS)}.")
        super().__init__(message)
        self.message = message
        self.retryable = retryable
        self.reason = reason


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


def _session() -> Session:
    global _current  # one call at a time in a host
    if _current is None:
        import tempfile

        folder = Path(tempfile.mkdtemp(prefix="forgesyte-"))
        _current = Session(folder, lambda _fraction, _note: None)
    return _current


def _bind(session: Session | None) -> None:
    """Begin (or, with None, end) a call; the host alone does that."""
    global _current
    _current = session


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
    session = _session()
    session.artifacts[name] = Declared(name, kind, content_type)
    return session.workdir / name


def is_declared(name: str) -> bool:
    """Whether the tool has announced an artifact of this name."""
    return name in _session().artifacts


def write_artifact(name: str, data: bytes | str, kind: str = "", content_type: str = "") -> Path:
    """Write a file beside the result (text as UTF-8); see ``artifact_path``."""
    path = artifact_path(name, kind, content_type)
    path.write_bytes(data.encode() if isinstance(data, str) else data)
    return path


def progress(done: float, total: float, note: str = "") -> None:
    """Tell how far the tool is: ``done`` of ``total``; with an unknown total (0) only a note."""
    fraction = min(max(done / total, 0.0), 1.0) if total > 0 else None
    _session().report(fraction, note)


def frames(video_path: str | Path, every: int = 1, max_side: int | None = None) -> "Frames":
    """The frames of a video, decoded in a thread ahead of the tool.

    Iterating yields ``(index, time_s, image)``: the frame's number in the video, its time in
    seconds, the upright picture ``(H, W, 3) uint8 BGR``. ``every`` takes each n-th frame,
    ``max_side`` shrinks pictures whose longer side has more pixels (``.scale`` says by how much).
    Progress is reported by itself. ``.info`` has the upright size, ``fps``, ``duration_s``,
    ``frames_expected``, and after the loop ``frames_read`` and ``truncated``. A loop that is left
    early stops the thread. Raises ToolError (``undecodable``).
    """
    from plugins_app.video import Frames

    return Frames(video_path, every, max_side)


def load_image(path: str | Path, max_pixels: int = 24_000_000) -> "Picture":
    """The first frame or page of an image: ``.pixels``, upright, ``(H, W, 3) uint8 BGR``.

    EXIF orientation is applied, transparency laid on a background, deep samples scaled to 8 bit.
    A picture of more than ``max_pixels`` is shrunk; ``.width`` and ``.height`` keep the upright
    size of the original. Raises ToolError (``undecodable``, ``unsupported_input``, ``too_large``).
    """
    from plugins_app import images

    return images.load_image(path, max_pixels)


def encode_mask(
    mask: "np.ndarray[Any, Any]",
    size: tuple[int, int] | None = None,
    at: tuple[int, int] = (0, 0),
) -> "Rle":
    """A mask ``(h, w)`` as COCO's compressed RLE, ``{"size": [h, w], "counts": text}``.

    ``size`` (height, width) and ``at`` (x, y) place a small mask in a larger picture. Raises
    ValueError.
    """
    from plugins_app import rle

    return rle.encode_mask(mask, size, at)


def decode_mask(rle: "Rle") -> "np.ndarray[Any, Any]":
    """The mask ``(h, w)``, bool, of an RLE. Raises ValueError where it does not fit its size."""
    from plugins_app.rle import decode_mask

    return decode_mask(rle)


def file_digest(path: str | Path) -> str:
    """SHA-256 of a file, hexadecimal. A plugin sets it as its ``model_digest``, so that results
    can be traced to the weights that made them."""
    import hashlib

    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def box_from_corners(x1: float, y1: float, x2: float, y2: float) -> list[float]:
    """``xyxy`` corners (in any order) -> ``[x, y, width, height]``, pixels."""
    return [min(x1, x2), min(y1, y2), abs(x2 - x1), abs(y2 - y1)]


def clip_box(box: Sequence[float], width: float, height: float) -> list[float]:
    """``[x, y, width, height]`` cut to an image of ``width`` x ``height`` pixels."""
    x, y, w, h = box
    left, top = min(max(x, 0), width), min(max(y, 0), height)
    right, bottom = min(max(x + w, 0), width), min(max(y + h, 0), height)
    return [left, top, right - left, bottom - top]


def box_iou(a: Sequence[float], b: Sequence[float]) -> float:
    """Intersection over union of two ``[x, y, width, height]`` boxes, 0..1."""
    across = min(a[0] + a[2], b[0] + b[2]) - max(a[0], b[0])
    down = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    common = max(across, 0.0) * max(down, 0.0)
    union = a[2] * a[3] + b[2] * b[3] - common
    return min(1.0, common / union) if union > 0 else 0.0
