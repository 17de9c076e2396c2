"""Yields the tracks of a video one after another, although its result is stored by frame.

They are sorted in a temporary database, so that a long video needs no more memory than a short one.
"""

import contextlib
import sqlite3
import tempfile
from array import array
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from export_entries import Entry
from export_things import frames

from plugins_app.outputs.geometry import Box, clipped

TABLE = """
CREATE TABLE seen (track INTEGER, position INTEGER, frame INTEGER, label TEXT, score REAL,
                   x REAL, y REAL, width REAL, height REAL)"""


class Appearance(NamedTuple):
    """The position of a track from one frame on. ``outside`` means that it is out of sight."""

    frame: int
    bbox: Box
    score: float | None
    outside: bool


@contextlib.contextmanager
def tracks_of(
    entry: Entry, min_score: float
) -> Iterator[Iterator[tuple[str, Iterator[Appearance]]]]:
    """Each track's label and appearances, in the order in which the tracks start."""
    with (
        tempfile.TemporaryDirectory() as folder,
        contextlib.closing(sqlite3.connect(Path(folder, "tracks.sqlite3"))) as database,
    ):
        database.execute("PRAGMA journal_mode=OFF")
        database.execute("PRAGMA synchronous=OFF")
        database.execute(TABLE)
        looked_at = _fill(database, entry, min_score)
        yield _tracks(database, looked_at)


def _fill(database: sqlite3.Connection, entry: Entry, min_score: float) -> "array[int]":
    """Put every box into the table. Returns the numbers of the analysed frames."""
    looked_at = array("q")
    numbers: dict[str, int] = {}

    def rows() -> Iterator[tuple[Any, ...]]:
        for position, frame in enumerate(frames(entry, min_score)):
            looked_at.append(frame.number)
            for one in frame.things:
                box = clipped(one.place, entry.width, entry.height)
                if box:
                    track = numbers.setdefault(one.track, len(numbers))
                    yield track, position, frame.number, one.label, one.score, *box

    database.executemany("INSERT INTO seen VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", rows())
    return looked_at


def _tracks(
    database: sqlite3.Connection, looked_at: "array[int]"
) -> Iterator[tuple[str, Iterator[Appearance]]]:
    rows = database.execute("SELECT * FROM seen ORDER BY track, position, rowid")
    for _track, some in groupby(rows, key=lambda row: row[0]):
        track = iter(some)  # must be read before the next one
        first = next(track)
        yield first[3], _appearances(first, track, looked_at)


def _appearances(
    first: tuple[Any, ...], rest: Iterator[tuple[Any, ...]], looked_at: "array[int]"
) -> Iterator[Appearance]:
    """A track is outside from the next analysed frame in which it wasn't found."""
    last = first
    yield _seen(first)
    for row in rest:
        if row[1] == last[1]:  # twice in one frame
            continue
        if row[1] > last[1] + 1:
            yield _gone(last, looked_at)
        yield _seen(row)
        last = row
    if last[1] + 1 < len(looked_at):
        yield _gone(last, looked_at)


def _seen(row: tuple[Any, ...]) -> Appearance:
    return Appearance(row[2], row[5:9], row[4], outside=False)


def _gone(row: tuple[Any, ...], looked_at: "array[int]") -> Appearance:
    return Appearance(looked_at[row[1] + 1], row[5:9], None, outside=True)
