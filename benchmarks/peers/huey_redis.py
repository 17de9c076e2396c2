"""Huey on Redis: blocking reads, two processes, no results."""

import os
import sys

from huey import RedisHuey

from benchmarks.peers import rows
from benchmarks.peers.table import count_finished, items, prepare, stage

__all__ = ["COMMANDS", "count_finished", "enqueue", "items", "prepare", "stage"]

huey = RedisHuey("bench", url=os.environ.get("BENCH_REDIS"), results=False, blocking=True)

COMMANDS = [
    [
        *(sys.executable, "-m", "huey.bin.huey_consumer", "benchmarks.peers.huey_redis.huey"),
        *("--workers=2", "--worker-type=process", "--no-periodic", "--quiet"),
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
