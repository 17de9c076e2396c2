"""Huey on SQLite, with the durability of the items' own database; polls at least every 100 ms."""

import os
import sys
from typing import Any

from huey import Huey
from huey.storage import SqliteStorage

from benchmarks.peers import rows
from benchmarks.peers.table import count_finished, items, prepare, stage

__all__ = ["COMMANDS", "count_finished", "enqueue", "items", "prepare", "stage"]


class Storage(SqliteStorage):
    """Huey's own, but ``synchronous`` is NORMAL instead of OFF."""

    def _create_connection(self) -> Any:
        database = super()._create_connection()
        database.execute("PRAGMA synchronous=NORMAL")
        return database


huey = Huey(
    "bench",
    storage_class=Storage,
    filename=f"{os.environ.get('BENCH_FOLDER')}/huey.sqlite3",
    results=False,
)

COMMANDS = [
    [
        *(sys.executable, "-m", "huey.bin.huey_consumer", "benchmarks.peers.huey_sqlite.huey"),
        *("--workers=2", "--worker-type=process", "--no-periodic", "--quiet"),
        *("--delay=0.01", "--max-delay=0.1"),
    ]
]


@huey.task()
def item(number: int, seconds: float) -> None:
    """One item."""
    rows.work(number, seconds)


def enqueue(numbers: range, seconds: float) -> None:
    """Add tasks."""
    for number in numbers:
        item(number, seconds)
