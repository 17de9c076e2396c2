"""What goes into a host and what comes out of it."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RETRYABLE = ("plugin_crashed", "out_of_memory")
"""Reasons for which trying again may help, whatever the tool says."""


@dataclass(frozen=True)
class Call:
    """One run of one tool over one file.

    ``params`` are normalised; ``prompts`` has ``boxes``, ``points``, ``text``. ``workdir`` is an
    empty folder of this call alone. Time in seconds; ``memory_mb`` (MiB) limits the resident size
    of the host and all its children. ``kind`` (``image`` or ``video``) matters only for tools that
    take both.
    """

    tool: str
    input_path: Path
    params: dict[str, Any]
    prompts: dict[str, Any]
    workdir: Path
    timeout_s: float
    memory_mb: int
    kind: str = ""


@dataclass(frozen=True)
class HostArtifact:
    """A file that the tool made in the work folder."""

    name: str
    path: Path
    kind: str
    content_type: str


@dataclass(frozen=True)
class HostResult:
    """A completed call. ``result`` was read from ``result_json``, the bytes to be stored (UTF-8
    JSON); one over 1 MiB is the file ``result_path`` instead."""

    result: Any | None
    result_path: Path | None
    result_json: bytes = b""
    artifacts: list[HostArtifact] = field(default_factory=list)
    log: str = ""
    cpu_s: float = 0.0
    wall_s: float = 0.0
    peak_rss_bytes: int = 0
    model_digest: str = ""


@dataclass(frozen=True)
class Progress:
    """How far a tool says it is: 0..1, or None where it did not say."""

    fraction: float | None = None
    note: str = ""


class HostFailure(Exception):
    """A call failed. ``reason`` is one word, ``message`` a sentence, ``log`` what was printed."""

    def __init__(
        self, reason: str, message: str, *, retryable: bool = False, log: str = ""
    ) -> None:
        super().__init__(message)
        self.reason = reason
        self.message = message
        self.retryable = retryable or reason in RETRYABLE
        self.log = log
