"""Celery on Redis: prefork, late acknowledgement, lost workers' tasks go back, no results."""

import os
import sys

from celery import Celery

from benchmarks.peers import rows
from benchmarks.peers.table import count_finished, items, prepare, stage

__all__ = ["COMMANDS", "count_finished", "enqueue", "items", "prepare", "stage"]

app = Celery("bench", broker=os.environ.get("BENCH_REDIS"))
app.conf.update(
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 30},
)

COMMANDS = [
    [
        *(sys.executable, "-m", "celery", "-A", "benchmarks.peers.celery_redis", "worker"),
        *("--concurrency=2", "--loglevel=ERROR", "--without-gossip", "--without-mingle"),
    ]
]


@app.task
def item(number: int, seconds: float) -> None:
    """One item."""
    rows.work(number, seconds)


def enqueue(numbers: range, seconds: float) -> None:
    """Add tasks."""
    for number in numbers:
        item.delay(number, seconds)
