"""The results to be exported, one line of JSON each in a file that the server writes."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


class Unfit(Exception):
    """A result can't be told in this format; the message is a sentence that says why."""


@dataclass(frozen=True)
class Entry:
    """One result of one tool on one medium.

    ``width`` and ``height`` are pixels of the upright picture, ``fps`` frames a second (0 where
    unknown), ``frames`` their number. ``result_path`` is the tool's JSON; ``input_path`` the file
    that was uploaded, "" where the format does not need it. ``run`` is the record of its making.
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
    """A result that was selected and was gone when the export was made."""

    id: str
    reason: str


def read_entries(path: Path) -> Iterator[Entry | Missing]:
    """The lines of the file, one at a time."""
    with path.open(encoding="utf-8") as lines:
        for line in lines:
            data = json.loads(line)
            if "missing" in data:
                yield Missing(data["id"], data["missing"])
            else:
                yield Entry(**data)
