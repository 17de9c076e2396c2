"""The hot statements: what they claim and write, and that they stay fast in a long queue."""

import json
import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection
from django.utils import timezone
from django_q.tasks import async_task

from jobs.engine import sql
from jobs.engine.sql import ClaimRequest, QueueState, Selection
from jobs.models import ItemStatus, Job, JobItem, JobStatus, Priority
from tests.factories import ANYTHING, job_row, make_user

pytestmark = pytest.mark.django_db
WORKER = "host:node:1:1"
RESULT = {
    "result": "image/output/result.json",
    "result_size_bytes": 70_000,
    "result_sha256": "a" * 64,
    "run": '{"version": "1"}',
    "log": "said 100 % \N{SNOWMAN}",
}


def claim_request(token="t" * 32, selection=ANYTHING):
    return ClaimRequest(selection, WORKER, token, timezone.now() + timedelta(seconds=30))


def claim(**values):
    return sql.claim_next(claim_request(**values), timezone.now())


def finish(held, following=None):
    return sql.finish(held, RESULT, following, timezone.now())


def test_a_claim_brings_all_that_running_the_item_takes():
    job = job_row(make_user())
    Job.objects.update(tool_params={"extract_text": {"word": "100 %"}, "other": {}})
    item = job.items.select_related("media__blob").get()
    taken = claim()
    assert (taken.item_id, taken.job_id, taken.attempt) == (item.pk, job.pk, 1)
    assert (taken.plugin_id, taken.tool, taken.worker) == ("ocr", "extract_text", WORKER)
    assert taken.params == {"word": "100 %"}
    blob = item.media.blob
    assert (taken.input_name, taken.input_sha256) == (blob.file.name, blob.sha256)
    assert taken.kind == "image"


def test_the_claimed_row_says_who_holds_it_until_when():
    job = job_row(make_user())
    JobItem.objects.update(progress=0.5, progress_note="old")
    wanted, now = claim_request(), timezone.now()
    sql.claim_next(wanted, now)
    item = job.items.get()
    assert (item.status, item.token, item.worker) == (ItemStatus.RUNNING, wanted.token, WORKER)
    assert (item.lease_until, item.started_at) == (wanted.lease_until, now)
    assert (item.progress, item.progress_note) == (0.0, "")


def test_the_first_claim_starts_the_job_and_later_ones_leave_that_alone():
    job = job_row(make_user(), items=2)
    claim()
    job.refresh_from_db()
    started = job.started_at
    assert (job.status, bool(started)) == (JobStatus.RUNNING, True)
    claim(token="u" * 32)
    job.refresh_from_db()
    assert job.started_at == started


def test_items_come_by_priority_then_turn():
    owner = make_user()
    late, early = job_row(owner), job_row(owner)
    urgent = job_row(owner, priority=Priority.HIGH)
    JobItem.objects.filter(job=early).update(turn=0)
    JobItem.objects.filter(job=late).update(turn=1)
    JobItem.objects.filter(job=urgent).update(turn=2)
    assert [claim().job_id for _ in range(3)] == [urgent.pk, early.pk, late.pk]


@pytest.mark.parametrize(
    "selection",
    [
        Selection((), ("ocr",)),
        Selection(("cpu",), ()),
        Selection(("gpu",), ("ocr",)),
        Selection(("cpu", "gpu"), ("one", "two")),
    ],
)
def test_what_does_not_fit_is_neither_claimed_nor_called_claimable(selection):
    job_row(make_user())
    assert sql.claimable_exists(ANYTHING)
    assert not sql.claimable_exists(selection)
    assert claim(selection=selection) is None


def test_an_item_that_waits_for_its_time_is_not_claimable():
    job_row(make_user())
    JobItem.objects.update(run_after=timezone.now() - timedelta(hours=1))
    assert not sql.claimable_exists(ANYTHING)
    assert claim() is None


def test_the_state_of_the_queue_tells_what_there_is():
    assert sql.queue_state() == QueueState()
    job_row(make_user())
    assert sql.queue_state() == QueueState(ready=True)
    JobItem.objects.update(run_after=timezone.now() + timedelta(hours=1))
    assert sql.queue_state() == QueueState(waiting=True)
    JobItem.objects.update(run_after=None)
    finish_later = claim()
    assert sql.queue_state() == QueueState(running=True)
    finish(finish_later)
    async_task("math.sqrt", 4)
    assert sql.queue_state() == QueueState(ordinary=True)


def test_finishing_writes_the_result_and_lets_go_of_the_item():
    job = job_row(make_user(), items=2)
    assert finish(claim()) == (True, None)
    item = job.items.get(status=ItemStatus.COMPLETED)
    assert {name: getattr(item, name) for name in RESULT} == {
        **RESULT,
        "run": json.loads(RESULT["run"]),
    }
    assert (item.token, item.lease_until, item.progress) == ("", None, 1.0)
    assert item.finished_at
    job.refresh_from_db()
    assert (job.status, job.ended, job.finished_at) == (JobStatus.RUNNING, 1, None)


def test_finishing_the_last_item_ends_the_job():
    job = job_row(make_user())
    finish(claim())
    job.refresh_from_db()
    assert (job.status, job.ended) == (JobStatus.COMPLETED, 1)
    assert job.finished_at


def test_a_job_that_was_to_be_canceled_never_ends_completed():
    job = job_row(make_user())
    taken = claim()
    Job.objects.update(cancel_requested_at=timezone.now())
    finish(taken)
    job.refresh_from_db()
    assert job.status == JobStatus.CANCELED


def test_finishing_takes_the_next_item_along():
    job = job_row(make_user(), items=2)
    first = claim()
    finished, second = finish(first, claim_request(token="u" * 32))
    assert finished
    assert (second.token, second.attempt) == ("u" * 32, 1)
    assert job.items.get(pk=first.item_id).status == ItemStatus.COMPLETED
    assert job.items.get(pk=second.item_id).status == ItemStatus.RUNNING
    assert finish(second, claim_request()) == (True, None)
    job.refresh_from_db()
    assert (job.status, job.ended) == (JobStatus.COMPLETED, 2)


def test_the_next_item_may_be_the_first_of_another_job():
    owner = make_user()
    first, second = job_row(owner), job_row(owner)
    finish(claim(), claim_request())
    for job, status in ((first, JobStatus.COMPLETED), (second, JobStatus.RUNNING)):
        job.refresh_from_db()
        assert job.status == status


def test_without_the_token_nothing_is_finished_but_the_next_item_is_taken():
    job = job_row(make_user(), items=2)
    stale = claim()
    JobItem.objects.filter(pk=stale.item_id).update(token="of somebody else")
    finished, following = finish(stale, claim_request())
    assert not finished
    assert following.item_id != stale.item_id
    assert job.items.get(pk=stale.item_id).result.name == ""
    job.refresh_from_db()
    assert job.ended == 0


def test_finishing_twice_counts_once():
    job = job_row(make_user(), items=2)
    taken = claim()
    assert [finish(taken)[0] for _ in range(3)] == [True, False, False]
    job.refresh_from_db()
    assert job.ended == 1


@pytest.mark.django_db(transaction=True)
def test_when_the_next_claim_fails_the_finish_is_undone_and_may_be_repeated():
    job = job_row(make_user(), items=2)
    taken = claim()
    with pytest.raises(IntegrityError):
        finish(taken, claim_request(token=None))
    assert job.items.filter(status=ItemStatus.RUNNING).count() == 1
    assert finish(taken) == (True, None)
    job.refresh_from_db()
    assert job.ended == 1


@pytest.mark.django_db(transaction=True)
def test_workers_at_once_never_share_an_item_nor_lose_a_count():
    owner = make_user()
    jobs = [job_row(owner, items=number) for number in (1, 7, 20, 2, 30)]
    taken, failures = [], []

    def work(number):
        try:
            held = claim(token=f"{number:032}")
            while held:
                taken.append(held.item_id)
                finished, held = finish(held, claim_request(token=f"{number:032}"))
                assert finished
        except Exception as error:  # noqa: BLE001  # reported below, in the test's own thread
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not failures
    assert len(taken) == len(set(taken)) == 60
    for job in jobs:
        job.refresh_from_db()
        assert (job.status, job.ended) == (JobStatus.COMPLETED, job.total)


@pytest.mark.django_db(transaction=True)
def test_finish_and_next_claim_are_one_prepared_statement_or_one_transaction():
    job_row(make_user(), items=3)
    taken = claim()
    said = []
    if connection.vendor == "sqlite":
        connection.connection.set_trace_callback(said.append)
    finish(taken, claim_request())
    if connection.vendor == "sqlite":
        connection.connection.set_trace_callback(None)
        verbs = [statement.split()[0] for statement in said]
        assert (verbs[0], verbs[-1], verbs.count("COMMIT")) == ("BEGIN", "COMMIT", 1)
    else:
        with connection.cursor() as cursor:
            cursor.execute("SELECT statement FROM pg_prepared_statements")
            assert sorted(row[0].count("UPDATE jobs_") for row in cursor) == [2, 4]


@pytest.fixture
def plan(monkeypatch):
    """Claims an item; gives the database's plan of how it found it, and what that cost.

    The cost is counted in virtual machine steps (SQLite) or pages touched (PostgreSQL).
    """
    return lambda: plan_of(monkeypatch)


def plan_of(monkeypatch):
    explain = _plan_of_sqlite if connection.vendor == "sqlite" else _plan_of_postgresql
    return explain(monkeypatch)


def _plan_of_sqlite(monkeypatch):
    steps, plans = [], []
    execute = sql.execute

    def watched(statement, params):
        if statement.lstrip().startswith("UPDATE jobs_jobitem"):
            rows = execute(f"EXPLAIN QUERY PLAN {statement}", params)
            plans.append("\n".join(row[3] for row in rows))
        connection.connection.set_progress_handler(lambda: steps.append(1), 1)
        try:
            return execute(statement, params)
        finally:
            connection.connection.set_progress_handler(None, 1)

    with monkeypatch.context() as patch:
        patch.setattr(sql, "execute", watched)
        assert claim()
    return plans[0], len(steps)


def _plan_of_postgresql(monkeypatch):
    execute, plans = sql.execute, []

    def explained(statement, params):
        plans.extend(execute(f"EXPLAIN (ANALYZE, BUFFERS, FORMAT JSON) {statement}", params)[0][0])
        return [(False, False, None)]

    with monkeypatch.context() as patch:
        patch.setattr(sql, "execute", explained)
        claim()
    whole = plans[0]["Plan"]
    return json.dumps(whole), whole["Shared Hit Blocks"] + whole["Shared Read Blocks"]


def lengthen(job, items):
    """Many pending items, copied inside the database."""
    first = job.items.count()
    values = {"position": f"n + {first}", "turn": "turn + n"}
    if connection.vendor == "postgresql":
        values["id"], numbers = "gen_random_uuid()", f"generate_series(1, {items}) AS n"
    else:
        values["id"] = "lower(hex(randomblob(16)))"
        numbers = (
            "(WITH RECURSIVE s(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM s"
            f" WHERE n < {items}) SELECT n FROM s)"
        )
    columns = [field.column for field in JobItem._meta.fields]
    with connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO jobs_jobitem ({', '.join(columns)})"
            f" SELECT {', '.join(values.get(name, name) for name in columns)}"
            f" FROM (SELECT * FROM jobs_jobitem WHERE status = 'pending' LIMIT 1) AS one,"
            f" {numbers}"
        )
        cursor.execute("ANALYZE")
    Job.objects.filter(pk=job.pk).update(total=first + items)


def test_a_claim_reads_the_head_of_the_partial_index_and_sorts_nothing(plan):
    lengthen(job_row(make_user()), 2000)
    found, _cost = plan()
    assert "item_ready" in found
    assert "B-TREE" not in found, "SQLite would sort"
    assert '"Sort"' not in found, "PostgreSQL would sort"


def test_claiming_costs_the_same_whether_200_or_20000_wait(plan):
    """``make soak`` does it with 200,000."""
    job = job_row(make_user())
    lengthen(job, 200)
    _found, few = plan()
    lengthen(job, 20_000)
    found, many = plan()
    assert "item_ready" in found
    assert many <= 1.5 * few, f"{few} steps or pages with 200 waiting, {many} with 20,000"
