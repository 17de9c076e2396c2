"""JSON Lines (https://jsonlines.org): one line for each result, with how it was made."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from archive import HashedFile
from export_entries import Entry
from export_run import Export, dumped
from export_things import WHOLE_BYTES, document, frames

FILE = "results.jsonl"
CHUNK = 1024 * 1024
BLANKS = bytes.maketrans(b"\r\n", b"  ")
"""In JSON, line ends only occur between values, where spaces mean the same."""


def look(entry: Entry, options: dict[str, Any]) -> Iterable[str]:
    """Accepts every result that is JSON."""
    if entry.result_size_bytes <= WHOLE_BYTES:
        document(entry)
    else:
        for _frame in frames(entry):
            pass
    return ()


def write(export: Export) -> None:
    """Write one file."""
    with export.archive.file(FILE) as file:
        for entry in export.entries():
            file.text(dumped(_about(entry))[:-1] + ',"result":')
            _write_result(file, entry)
            file.text("}\n")


def _about(entry: Entry) -> dict[str, Any]:
    return {
        "result_id": entry.id,
        "media_id": entry.media_id,
        "filename": entry.filename,
        "kind": entry.kind,
        "width": entry.width,
        "height": entry.height,
        "fps": entry.fps,
        "frames": entry.frames,
        "plugin": entry.plugin,
        "version": entry.version,
        "tool": entry.tool,
        "output": entry.output,
        "result_sha256": entry.result_sha256,
        "run": entry.run,
    }


def _write_result(file: HashedFile, entry: Entry) -> None:
    with Path(entry.result_path).open("rb") as result:
        while piece := result.read(CHUNK):
            file.write(piece.translate(BLANKS))
