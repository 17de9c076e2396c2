"""Procrastinate on PostgreSQL: two processes, stalled jobs retried as its manual shows."""

import sys
from typing import Any

import procrastinate
from procrastinate import JobContext

from benchmarks.peers import rows
from benchmarks.peers.table import count_finished, items, stage

__all__ = ["COMMANDS", "count_finished", "enqueue", "items", "prepare", "stage"]

app = procrastinate.App(connector=procrastinate.PsycopgConnector(conninfo=rows.URL))

COMMANDS = [
    [
        *(sys.executable, "-m", "procrastinate", "--app=benchmarks.peers.procrastinate_pg.app"),
        *("worker", "--concurrency=1", "--delete-jobs=successful"),
    ]
] * 2


@app.task
def item(number: int, seconds: float) -> None:
    """One item."""
    rows.work(number, seconds)


@app.periodic(cron="*/10 * * * * *")
@app.task(queueing_lock="retry_stalled_jobs", pass_context=True)
async def retry_stalled_jobs(context: JobContext, timestamp: int) -> None:
    """Take back the jobs of workers that went silent."""
    manager: Any = app.job_manager
    for job in await manager.get_stalled_jobs(seconds_since_heartbeat=30):
        await manager.retry_job(job)


def prepare() -> None:
    """Make the table of items and Procrastinate's own; keep the connection."""
    rows.create()
    app.open()
    app.schema_manager.apply_schema()


def enqueue(numbers: range, seconds: float) -> None:
    """Add jobs, in one batch."""
    item.batch_defer(*[{"number": number, "seconds": seconds} for number in numbers])
