"""The queue's hot statements in SQL: claim an item, complete one, ask whether there is one.

Through the ORM they would cost several times as much. Claim and broker use the same condition, so
that no ticket is handed out for items that no worker may claim. Only ``jobs.engine.lifecycle``
changes statuses through this module.

PostgreSQL does everything in one prepared statement, SQLite the same steps in one transaction.
"""

import contextlib
import fcntl
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache, cached_property, lru_cache
from typing import Any
from uuid import UUID

from django.db import DEFAULT_DB_ALIAS, connection, connections, transaction

from jobs.fail_points import fail_point

READY = "status = 'pending' AND run_after IS NULL"

FINISH = """
    UPDATE jobs_jobitem
    SET status = 'completed', progress = 1, error_type = '', error_message = '',
        result = %(result)s, result_size_bytes = %(result_size_bytes)s,
        result_sha256 = %(result_sha256)s, run = %(run)s, log = %(log)s,
        token = '', lease_until = NULL, run_after = NULL, finished_at = %(now)s
    WHERE id = %(item_id)s AND token = %(token)s AND status = 'running'
    RETURNING job_id"""

COUNT = """
    UPDATE jobs_job
    SET ended = ended + 1, updated_at = %(now)s,
        status = CASE WHEN ended + 1 < total OR status IN ('completed', 'failed', 'canceled')
                      THEN status
                      WHEN cancel_requested_at IS NULL THEN 'completed' ELSE 'canceled' END,
        finished_at = CASE WHEN ended + 1 < total THEN finished_at
                           ELSE COALESCE(finished_at, %(now)s) END
    WHERE id = {job}
    RETURNING ended >= total AS job_ended"""
"""Reaching the total ends the job. It can't have failed, because this item completed.

Returns whether this ended the job."""
COUNT_ONE = COUNT.format(job="%(job_id)s")
JOB_ENDED = "(SELECT job_ended FROM counted)"

TAKE = """
    UPDATE jobs_jobitem
    SET status = 'running', token = %(new_token)s, worker = %(worker)s,
        lease_until = %(lease_until)s, started_at = %(now)s, attempt = attempt + 1,
        progress = 0, progress_note = ''
    WHERE id = (SELECT id FROM jobs_jobitem WHERE {claimable}
                ORDER BY priority, turn, id LIMIT 1 {lock})
    RETURNING id, job_id, attempt, plugin_id, tool, media_id"""

START = """
    UPDATE jobs_job SET status = 'running', started_at = %(now)s, updated_at = %(now)s
    WHERE id = {job} AND status = 'pending'"""
START_ONE = START.format(job="%(job_id)s")

DETAILS = """
    SELECT job.status, job.tool_params, blob.file, blob.sha256, blob.kind
    FROM jobs_media media JOIN jobs_blob blob ON blob.id = media.blob_id, jobs_job job
    WHERE media.id = %(media_id)s AND job.id = %(job_id)s"""

TAKE_AND_LOOK = """
WITH {finish} taken AS ({take}), started AS ({start})
SELECT {finished}, {ended}, taken.id, taken.job_id, taken.attempt, taken.plugin_id, taken.tool,
       job.tool_params, blob.file, blob.sha256, blob.kind
FROM (SELECT 1) AS always LEFT JOIN (taken
    JOIN jobs_job job ON job.id = taken.job_id
    JOIN jobs_media media ON media.id = taken.media_id
    JOIN jobs_blob blob ON blob.id = media.blob_id) ON TRUE"""

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Selection:
    """What a worker may claim: the lanes it serves and the plugins it has."""

    lanes: tuple[str, ...]
    plugins: tuple[str, ...]

    @cached_property
    def params(self) -> dict[str, str]:
        """SQL parameters for ``condition``, by name."""
        lanes = {f"lane{n}": lane for n, lane in enumerate(self.lanes)}
        return lanes | {f"plugin{n}": plugin for n, plugin in enumerate(self.plugins)}

    @cached_property
    def condition(self) -> str:
        """The SQL condition for claimable rows."""
        names: dict[str, list[str]] = {"lane": [], "plugin": []}
        for name in self.params:
            names[name.rstrip("0123456789")].append(f"%({name})s")
        lanes, plugins = (", ".join(some) or "NULL" for some in names.values())
        return f"{READY} AND lane IN ({lanes}) AND plugin_id IN ({plugins})"


@dataclass(frozen=True)
class HeldItem:
    """A running item; the holder of its token may change it, while the row has that token."""

    item_id: UUID
    job_id: UUID
    token: str
    attempt: int


@dataclass(frozen=True)
class Claim(HeldItem):
    """The right to run one item, with everything needed to run it."""

    worker: str
    plugin_id: str
    tool: str
    params: dict[str, Any]
    input_name: str
    input_sha256: str
    kind: str


@dataclass(frozen=True)
class ClaimRequest:
    """What to claim, and the values to write to the claimed row."""

    selection: Selection
    worker: str
    token: str
    lease_until: datetime


@dataclass(frozen=True)
class QueueState:
    """Whether there are items that are ready, wait for a retry time, or run; and other tasks."""

    ready: bool = False
    waiting: bool = False
    running: bool = False
    ordinary: bool = False


def queue_state() -> QueueState:
    """Look at the whole queue as cheaply as possible, because idle nodes do so all the time."""
    places = (
        f"jobs_jobitem WHERE {READY}",
        "jobs_jobitem WHERE status = 'pending' AND run_after IS NOT NULL",
        "jobs_jobitem WHERE status = 'running'",
        "django_q_ormq",
    )
    exist = ", ".join(f"EXISTS (SELECT 1 FROM {place})" for place in places)  # noqa: S608
    return QueueState(*map(bool, execute(f"SELECT {exist}", {})[0]))


def claimable_exists(selection: Selection) -> bool:
    """Whether ``claim_next`` with this selection would find an item now."""
    sql = f"SELECT 1 FROM jobs_jobitem WHERE {selection.condition} LIMIT 1"  # noqa: S608
    return bool(execute(sql, selection.params))


def claim_next(request: ClaimRequest, now: datetime) -> Claim | None:
    """Take the first claimable item: set it running, count the attempt, start its job."""
    params = _params(None, None, request, now)
    if connection.vendor == "postgresql":
        fail_point("in_claim")  # one statement has no middle
        return _in_one_statement(params, request, finishing=False)[1]
    with _writing():
        return _take(params, request)


def finish(
    held: HeldItem,
    outcome: Mapping[str, Any],
    request: ClaimRequest | None,
    now: datetime,
    on_job_end: Callable[[], None] | None = None,
) -> tuple[bool, Claim | None]:
    """Complete an item and count it in its job, and claim the next one in the same commit.

    ``outcome`` has the columns that the result fills. Returns whether the token was still valid,
    and the next claim. If it wasn't, nothing is written for that item, but the next is claimed.
    ``on_job_end`` is called in the same transaction if this was the last item of its job.
    """
    params = _params(held, outcome, request, now)
    if connection.vendor == "postgresql":
        fail_point("in_commit")
        if on_job_end is None:
            return _in_one_statement(params, request, finishing=True)[:2]
        with transaction.atomic():
            finished, following, ended = _in_one_statement(params, request, finishing=True)
            if ended:
                on_job_end()
        return finished, following
    with _writing():
        finished = bool(execute(FINISH, params))
        if finished and execute(COUNT_ONE, params)[0][0] and on_job_end:
            with _told_to_django():
                on_job_end()
        fail_point("in_commit")
        return finished, _take(params, request) if request else None


def _take(params: Mapping[str, Any], request: ClaimRequest) -> Claim | None:
    """The steps of a claim, one by one. Call inside a transaction."""
    rows = execute(_take_statement(request.selection), params)
    if not rows:
        return None
    *item, media_id = rows[0]
    fail_point("in_claim")
    its = {"media_id": media_id, "job_id": item[1], "now": params["now"]}
    job_status, *details = execute(DETAILS, its)[0]
    if job_status == "pending":
        execute(START_ONE, its)
    return _claim(request, (*item, *details))


@lru_cache(maxsize=64)
def _take_statement(selection: Selection) -> str:
    return TAKE.format(claimable=selection.condition, lock="")


@contextlib.contextmanager
def _writing() -> Iterator[None]:
    """A transaction on SQLite that waits for its turn to write.

    While another process writes, SQLite itself sleeps and retries, eventually for 0.1 s at a time;
    workers would spend most of their time so. With flock, the kernel wakes the next process at
    once and releases the lock of a process that dies. SQLite's own lock still applies to others.
    """
    if connection.in_atomic_block:
        with transaction.atomic():
            yield
        return
    with _turn():
        execute("BEGIN IMMEDIATE", {})
        try:
            yield
            execute("COMMIT", {})
        except BaseException:
            raw: Any = connection.connection
            if raw is not None and raw.in_transaction:
                raw.rollback()
            connection.run_on_commit = []
            raise
    connection.run_and_clear_commit_hooks()


@contextlib.contextmanager
def _told_to_django() -> Iterator[None]:
    """Let the ORM work inside a transaction that ``_writing`` opened: its own transactions become
    savepoints, and its on-commit functions wait for our commit."""
    if connection.in_atomic_block:
        yield
        return
    connection.in_atomic_block = True
    try:
        yield
    finally:
        connection.in_atomic_block = False
        connection.needs_rollback = False  # after an error, _writing rolls everything back


@contextlib.contextmanager
def _turn() -> Iterator[None]:
    descriptor = _turns_of(os.getpid(), str(connection.settings_dict["NAME"]))
    fcntl.flock(descriptor, fcntl.LOCK_EX)
    try:
        yield
    finally:
        fcntl.flock(descriptor, fcntl.LOCK_UN)


@cache
def _turns_of(_pid: int, database: str) -> int:
    """The lock's file descriptor. One per process: inherited descriptors would share the lock."""
    return os.open(f"{database}-turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)


def _in_one_statement(
    params: Mapping[str, Any], request: ClaimRequest | None, *, finishing: bool
) -> tuple[bool, Claim | None, bool]:
    """Finish, claim, or both on PostgreSQL. Locks are taken in the order item, job.

    Returns whether the item was finished, the claim, and whether that ended its job.
    """
    sql = _statement(request.selection if request else None, finishing)
    finished, ended, *row = execute(sql, params)[0]
    return finished, _claim(request, tuple(row)) if request and row[0] else None, bool(ended)


@lru_cache(maxsize=64)
def _statement(selection: Selection | None, finishing: bool) -> str:
    """The steps as one PostgreSQL statement, with data-modifying CTEs."""
    count = COUNT.format(job="(SELECT job_id FROM finished)")
    finish = f"finished AS ({FINISH}), counted AS ({count})"
    answer = "EXISTS (SELECT 1 FROM finished)"
    if selection is None:
        return f"WITH {finish} SELECT {answer}, {JOB_ENDED}"
    take = TAKE.format(claimable=selection.condition, lock="FOR UPDATE SKIP LOCKED")
    return TAKE_AND_LOOK.format(
        finish=f"{finish}, " if finishing else "",
        finished=answer if finishing else "FALSE",
        ended=JOB_ENDED if finishing else "FALSE",
        take=take,
        start=START.format(job="(SELECT job_id FROM taken)"),
    )


def _claim(request: ClaimRequest, row: Row) -> Claim:
    item_id, job_id, attempt, plugin_id, tool, tool_params, name, sha256, kind = row
    return Claim(
        item_id=_uuid(item_id),
        job_id=_uuid(job_id),
        token=request.token,
        attempt=attempt,
        worker=request.worker,
        plugin_id=plugin_id,
        tool=tool,
        params=json.loads(tool_params).get(tool, {}),
        input_name=name,
        input_sha256=sha256,
        kind=kind,
    )


def _params(
    held: HeldItem | None,
    outcome: Mapping[str, Any] | None,
    request: ClaimRequest | None,
    now: datetime,
) -> dict[str, Any]:
    """The parameters of all statements, in the types that the database accepts."""
    values: dict[str, Any] = {"now": now, **(outcome or {})}
    if held:
        values |= {"item_id": held.item_id, "job_id": held.job_id, "token": held.token}
    if request:
        values |= {
            "new_token": request.token,
            "worker": request.worker,
            "lease_until": request.lease_until,
        }
        values |= request.selection.params
    if connection.vendor == "postgresql":
        return values
    for name, value in values.items():  # SQLite has no type for times and UUIDs
        if isinstance(value, datetime):
            values[name] = str(value.astimezone(UTC).replace(tzinfo=None))
        elif isinstance(value, UUID):
            values[name] = value.hex
    return values


def execute(sql: str, params: Mapping[str, Any]) -> list[Row]:
    """Run a statement and fetch all rows; SQLite keeps the write lock until they are fetched.

    Bypasses Django's cursors: they never prepare, and on SQLite they cost more than the statement.
    """
    database: Any = connections[DEFAULT_DB_ALIAS]
    database.close_if_health_check_failed()
    database.ensure_connection()
    raw = database.connection
    with database.wrap_database_errors:
        if database.vendor != "postgresql":
            rows: list[Row] = raw.execute(_colons(sql), params).fetchall()
            return rows
        from psycopg import Cursor

        raw.prepare_threshold = 0  # Django sets None, which would override any cursor
        return Cursor(raw).execute(sql, params).fetchall()


@lru_cache(maxsize=64)
def _colons(sql: str) -> str:
    """Rewrite ``%(name)s`` as ``:name``, SQLite's syntax."""
    return re.sub(r"%\((\w+)\)s", r":\1", sql)


def _uuid(value: Any) -> UUID:
    """SQLite returns 32 hexadecimal digits, PostgreSQL a UUID."""
    return value if isinstance(value, UUID) else UUID(value)
