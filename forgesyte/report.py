"""What ``manage.py demo`` prints about a result, and how it compares one with a known text."""

import json
from typing import Any

from plugins_app.outputs import kind_named
from plugins_app.outputs.summary import read_tracks, summarised

LONGEST_JSON = 2000


def character_error_rate(truth: str, read: str) -> float:
    """Edit distance (Levenshtein 1966) per character of ``truth``; white space is collapsed."""
    truth, read = " ".join(truth.split()), " ".join(read.split())
    row = list(range(len(read) + 1))
    for i, wanted in enumerate(truth, 1):
        diagonal, row[0] = row[0], i
        for j, got in enumerate(read, 1):
            step = min(row[j] + 1, row[j - 1] + 1, diagonal + (wanted != got))
            diagonal, row[j] = row[j], step
    return row[-1] / max(1, len(truth))


def describe(result: Any) -> str:
    """A result as readable text: the recognised text and its lines with their scores, the tracks
    of a video, or the beginning of the JSON."""
    kind = kind_named("text")
    if kind.is_readable(result):
        lines = kind.things(result) or ()
        table = [f"  {line.score or 0:5.3f}  {line.text}" for line in lines]
        return "\n".join(["Text:", "", kind.text_of(result), "", "  score  line", *table])
    if summary := summarised(result):
        return _tracks(summary.document())
    text = json.dumps(result, indent=2, ensure_ascii=False)
    cut = len(text) - LONGEST_JSON
    return text if cut <= 0 else f"{text[:LONGEST_JSON]}\n... and {cut} more characters"


def _tracks(document: dict[str, Any]) -> str:
    frames = document["frames"]
    rows = [
        f"  {track.name:>5}  {_said(track.first_frame):>6}"
        f"  {_said(track.last_frame):>6}  {track.label}"
        for track in read_tracks(document)
    ]
    head = f"{document['track_count']} tracks in {frames['count']} frames,"
    return "\n".join([f"{head} at most {frames['most']} objects at once", "",
                      "  track   first    last  label", *rows])  # fmt: skip


def _said(frame: int | None) -> str:
    return "" if frame is None else str(frame)
