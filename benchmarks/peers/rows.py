"""The work of an item, the same for every queue: two row updates on a connection that is kept.

Plain drivers, prepared statements, no ORM: it costs the others as little as can be.
``BENCH_DATABASE`` names the database, ``sqlite:///PATH`` or ``postgres://...``.
"""

import os
import sqlite3
import time
from dataclasses import dataclass
from typing import Any

URL = os.environ.get("BENCH_DATABASE", "")
TABLE = """CREATE TABLE bench_item (number integer PRIMARY KEY, pid integer, started float,
    finished float, starts integer DEFAULT 0, finishes integer DEFAULT 0)"""

_kept: dict[int, Any] = {}


@dataclass(frozen=True)
class Item:
    """What became of one item; times in seconds since the epoch, None where not yet."""

    pid: int | None
    started: float | None
    finished: float | None
    finishes: int


def connection() -> Any:
    """This process's connection; every statement is a transaction."""
    pid = os.getpid()
    if pid not in _kept:
        _kept[pid] = _connect()
    return _kept[pid]


def _connect() -> Any:
    if URL.startswith("sqlite"):
        database = sqlite3.connect(URL.removeprefix("sqlite:///"), timeout=20, isolation_level=None)
        database.execute("PRAGMA journal_mode=WAL")
        database.execute("PRAGMA synchronous=NORMAL")
        return database
    import psycopg

    return psycopg.connect(URL, autocommit=True, prepare_threshold=0)


def execute(sql: str, *params: Any) -> list[Any]:
    """Run one statement; gives its rows."""
    text = sql if URL.startswith("sqlite") else sql.replace("?", "%s")
    cursor = connection().execute(text, params)
    return list(cursor.fetchall()) if cursor.description else []


def create() -> None:
    """Make the table."""
    execute(TABLE)


def add(numbers: range) -> None:
    """Make the rows of items, before they are enqueued."""
    for number in numbers:
        execute("INSERT INTO bench_item (number) VALUES (?)", number)


def work(number: int, seconds: float) -> None:
    """The task: running, perhaps a pause, done."""
    execute(
        "UPDATE bench_item SET pid = ?, started = ?, starts = starts + 1 WHERE number = ?",
        os.getpid(), time.time(), number,
    )  # fmt: skip
    if seconds:
        time.sleep(seconds)
    execute(
        "UPDATE bench_item SET finished = ?, finishes = finishes + 1 WHERE number = ?",
        time.time(), number,
    )  # fmt: skip


def items(numbers: range) -> list[Item]:
    """What became of these items."""
    found = execute(
        "SELECT pid, started, finished, finishes FROM bench_item"
        " WHERE number BETWEEN ? AND ? ORDER BY number",
        numbers.start, numbers.stop - 1,
    )  # fmt: skip
    return [Item(*row) for row in found]


def count_finished(numbers: range) -> int:
    """How many of these items are done."""
    return int(
        execute(
            "SELECT count(*) FROM bench_item WHERE finishes > 0 AND number BETWEEN ? AND ?",
            numbers.start, numbers.stop - 1,
        )[0][0]
    )  # fmt: skip
