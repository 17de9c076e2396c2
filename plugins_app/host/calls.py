"""The types that describe a call to a host and its outcome."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RETRYABLE = ("plugin_crashed", "out_of_memory")
"""Reasons for which a retry may help, whatever the tool says."""


@dataclass(frozen=True)
class Call:
    """One run of one tool on one file.

    ``params`` are normalised; ``prompts`` has ``boxes``, ``points``, ``text``. ``workdir`` is an
    empty folder that only this call uses. ``timeout_s`` is in seconds; ``memory_mb`` (MiB) limits
    the resident size of the host and all its children. ``kind`` (``image`` or ``video``) only
    matters for tools that take both.
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
    """A file that the tool wrote to the work folder."""

    name: str
    path: Path
    kind: str
    content_type: str


@dataclass(frozen=True)
class HostResult:
    """A completed call.

    ``result`` was read from ``result_json``, the bytes to store (UTF-8 JSON). If it is larger than
    1 MiB, it is in the file ``result_path`` instead. ``log`` is what the tool printed.
    """

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
    """How far a tool says it is: 0..1, or None if it didn't say."""

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
