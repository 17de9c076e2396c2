"""What a node does every second must not get slower as the history grows."""

import re
import threading

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from jobs.diagnosis import server_problems
from jobs.engine import clock, fair_turn, lifecycle, node, recovery
from jobs.models import ItemStatus, Job, JobItem, Worker
from plugins_app.models import Plugin
from tests.factories import job_row, make_user

pytestmark = pytest.mark.django_db

BIG = r"jobs_job|jobs_jobitem"
WHOLE = {
    "sqlite": re.compile(rf"SCAN ({BIG})($| USING (COVERING )?INDEX sqlite_autoindex)"),
    "postgresql": re.compile(
        rf"Seq Scan on ({BIG})( |$)|using ({BIG})_pkey|using one_item_per_place"
    ),
}


def plans_of(work):
    """The query plan of every statement that ``work`` runs."""
    with CaptureQueriesContext(connection) as captured:
        work()
    for query in captured.captured_queries:
        if query["sql"].startswith(("SELECT", "UPDATE")):
            with connection.cursor() as cursor:
                prefix = "EXPLAIN QUERY PLAN" if connection.vendor == "sqlite" else "EXPLAIN"
                cursor.execute(f"{prefix} {query['sql']}")
                yield query["sql"], [str(row[-1]) for row in cursor.fetchall()]


def whole_reads(plan):
    """The lines of a plan that scan a whole table; looking up a row by its key doesn't count."""
    following = [*plan[1:], ""]
    return [
        line
        for line, after in zip(plan, following, strict=True)
        if WHOLE[connection.vendor].search(line) and "Index Cond" not in after
    ]


@pytest.fixture
def long_history(monkeypatch):
    """A node, jobs of every kind, a removed plugin; PostgreSQL plans as if tables were large."""
    monkeypatch.setenv(node.NODE_ID, str(node.new_id()))
    node.heartbeat()
    owner = make_user()
    for status in ItemStatus.values:
        job = job_row(owner, items=3, deadline_at=timezone.now())
        JobItem.objects.filter(job=job).update(
            status=status, lease_until=timezone.now(), worker="host:abc:1:1"
        )
    Plugin.objects.create(pk="gone", source="folder", removed=True)
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_seqscan = off")
            cursor.execute("SET LOCAL enable_sort = on")


CHORES = {
    "heartbeat": node.heartbeat,
    "finding dead workers": recovery.dead_workers,
    "recovery": lambda: lifecycle.recover_lost(["nobody:at:1:1"]),
    "pulling back future times": clock.pull_back_future_times,
    "releasing": lifecycle.release_due,
    "removed plugins": lifecycle.fail_orphaned,
    "virtual time": fair_turn.virtual_time,
    "diagnosis": server_problems,
    "what a node holds": lambda: list(Worker.objects.get().holds()),
    "what failed": lambda: list(JobItem.objects.filter(status="failed").order_by("-id")[:100]),
}


@pytest.mark.parametrize("work", CHORES.values(), ids=CHORES)
def test_no_chore_reads_a_whole_table(long_history, work):
    for sql, plan in plans_of(work):
        assert not whole_reads(plan), f"{plan} for {sql}"


def test_overdue_jobs_are_found_by_their_deadline(long_history):
    if connection.vendor == "postgresql":  # with few rows, it prefers to sort
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL enable_sort = off")
    sql, plan = next(plans_of(lifecycle.expire_overdue))
    assert "job_by_deadline" in "".join(plan), f"{plan} for {sql}"


@pytest.mark.django_db(transaction=True)
def test_waiting_items_are_released_past_those_that_somebody_holds():
    if connection.vendor != "postgresql":  # SQLite has one writer at a time
        return
    held, free = (job_row(make_user()) for _ in range(2))
    JobItem.objects.update(run_after=timezone.now())
    released = []

    def release():
        released.append(lifecycle.release_due())
        connection.close()

    with transaction.atomic():
        JobItem.objects.filter(job=held).update(progress=0.5)
        thread = threading.Thread(target=release)
        thread.start()
        thread.join(120)
        assert released == [1], "it did not wait for the other one"
    assert free.items.get().run_after is None
    assert lifecycle.release_due() == 1


def test_an_overdue_job_that_ended_is_left_alone():
    job = job_row(make_user(), deadline_at=timezone.now())
    lifecycle.cancel(job)
    assert lifecycle.expire_overdue() == 0
    assert Job.objects.get().status == "canceled"
