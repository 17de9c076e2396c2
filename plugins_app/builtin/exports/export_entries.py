"""Reads the list of results to export: a file written by the server, with one JSON line each."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Unfit(Exception):
    """A result can't be expressed in this format. The message is a sentence that says why."""


@dataclass(frozen=True)
class Entry:
    """One result of one tool on one medium.

    ``width`` and ``height`` are in pixels of the upright picture, ``fps`` is frames per second (0
    if unknown), ``frames`` their number. ``result_path`` is the tool's JSON; ``input_path`` is the
    uploaded file, or "" if the format does not need it. ``run`` is the run record.
    """

    id: str
    media_id: str
    filename: str
    kind: str
    plugin: str
    tool: str
    version: str
    output: str
    width: int
    height: int
    fps: float
    frames: int
    result_path: str
    result_sha256: str
    result_size_bytes: int
    input_path: str = ""
    content_type: str = ""
    run: dict[str, Any] = field(default_factory=dict)

    @property
    def is_video(self) -> bool:
        """Whether the medium is a video."""
        return self.kind == "video"


@dataclass(frozen=True)
class Missing:
    """A selected result that no longer existed when the export was made."""

    id: str
    reason: str


def read_entries(path: Path) -> Iterator[Entry | Missing]:
    """Yield the entries of the file, one at a time."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            data = json.loads(line)
            if "missing" in data:
                yield Missing(data["id"], data["missing"])
            else:
                yield Entry(**data)
