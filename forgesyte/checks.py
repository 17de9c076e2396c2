"""System checks for settings that correctness depends on, each with a hint on what to do.

``serve``, ``worker`` and ``migrate`` run them first; an error keeps them from starting.
"""

import os
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning

from forgesyte.libraries import missing_libraries

QUEUE: dict[str, tuple[str, Any, str]] = {
    "timeout": (
        "E001",
        None,
        "django-q2 would kill a worker in the middle of an item; plugin hosts enforce the limits.",
    ),
    "broker_class": (
        "E002",
        "jobs.engine.broker.JobBroker",
        "Other brokers don't know the items, so jobs would wait forever.",
    ),
    "orm": ("E003", "default", "The queue must be in the same database as the jobs."),
    "save_limit": ("E004", -1, "Keeping a row per ticket makes the queue several times slower."),
    "poll": ("E005", 0, "The broker waits at the doorbell; a pause would delay every job."),
    "bulk": ("E006", 1, "A worker would hold tickets that others could take."),
    "catch_up": ("E007", False, "Every missed run of a scheduled task would be made up for."),
}
UPLOAD_HANDLERS = ["jobs.intake.upload.HashingUploadHandler"]
SYNCHRONOUS = ("FULL", "NORMAL", "EXTRA")
LOOPBACK = ("127.", "::1", "localhost")
LOCAL_HOSTS = {"localhost", "127.0.0.1", "[::1]"}


def _error(number: str, message: str, hint: str) -> CheckMessage:
    return Error(message, hint=hint, id=f"forgesyte.{number}")


@register("forgesyte")
def check_queue(**kwargs: Any) -> list[CheckMessage]:
    """Q_CLUSTER must have the values that the queue was tested with."""
    missing = object()
    return [
        _error(number, f"Q_CLUSTER[{name!r}] must be {wanted!r}. {why}", "Set it back.")
        for name, (number, wanted, why) in QUEUE.items()
        if settings.Q_CLUSTER.get(name, missing) != wanted
    ]


@register("forgesyte")
def check_database(**kwargs: Any) -> list[CheckMessage]:
    """Transactions and connections must be as the queue requires."""
    database = settings.DATABASES["default"]
    options = database.get("OPTIONS", {})
    found = []
    if database.get("ATOMIC_REQUESTS"):
        found.append(
            _error(
                "E008",
                "ATOMIC_REQUESTS must be off: an upload would lock the database until it is "
                "complete, and workers would see jobs late.",
                "Remove it from DATABASES.",
            )
        )
    if options.get("pool"):
        found.append(
            _error(
                "E009",
                "The database has a connection pool, which makes workers hang.",
                "Remove 'pool' from the OPTIONS of DATABASES; connections are kept open anyway.",
            )
        )
    if "sqlite" in database["ENGINE"]:
        found += _check_sqlite(options)
    return found


def _check_sqlite(options: dict[str, Any]) -> list[CheckMessage]:
    found = []
    start = options.get("init_command", "").replace(" ", "").lower()
    if options.get("transaction_mode") != "IMMEDIATE" or "journal_mode=wal" not in start:
        found.append(
            _error(
                "E010",
                "SQLite must use IMMEDIATE transactions and a write-ahead log, or workers lose "
                "results to 'database is locked'.",
                "Set transaction_mode and init_command as in forgesyte/settings.py.",
            )
        )
    if settings.SQLITE_SYNCHRONOUS not in SYNCHRONOUS:
        found.append(
            _error(
                "E011",
                f"With SQLITE_SYNCHRONOUS={settings.SQLITE_SYNCHRONOUS!r}, a power cut could lose "
                "accepted jobs.",
                f"Use one of {', '.join(SYNCHRONOUS)}, or leave it unset.",
            )
        )
    if options.get("timeout", 5) >= settings.LEASE_S:
        found.append(
            _error(
                "E012",
                f"LEASE_S={settings.LEASE_S} is not longer than the {options.get('timeout', 5)} s "
                "that SQLite may wait for its lock: running workers would lose their items.",
                "Set LEASE_S to 30 or more.",
            )
        )
    return found


@register("forgesyte")
def check_files(**kwargs: Any) -> list[CheckMessage]:
    """Uploads must stream to the disk of the media, and that disk must be writable."""
    found = []
    if settings.FILE_UPLOAD_HANDLERS != UPLOAD_HANDLERS:
        found.append(
            _error(
                "E013",
                f"FILE_UPLOAD_HANDLERS must be {UPLOAD_HANDLERS}: others keep uploads in memory "
                "or let them grow without a limit.",
                "Set it back.",
            )
        )
    folders = [settings.DATA_DIR, settings.MEDIA_ROOT, settings.UPLOAD_DIR, settings.RUN_DIR]
    if locked := [str(folder) for folder in folders if not _writable(Path(folder))]:
        found.append(
            _error(
                "E014",
                f"This user can't write to {locked[0]}.",
                "Change its owner, or set DATA_DIR to a writable folder.",
            )
        )
    return found


def _writable(folder: Path) -> bool:
    return folder.is_dir() and os.access(folder, os.W_OK | os.X_OK)


@register("forgesyte")
def check_address(**kwargs: Any) -> list[CheckMessage]:
    """Clients that can reach the server must not be refused for its host name."""
    public = not settings.BIND.startswith(LOOPBACK)
    if public and not settings.DEBUG and set(settings.ALLOWED_HOSTS) <= LOCAL_HOSTS:
        return [
            CheckWarning(
                f"BIND={settings.BIND} accepts other machines, but ALLOWED_HOSTS names only this "
                "one: their requests would all be answered with 400.",
                hint="Set ALLOWED_HOSTS to the names people use, such as vision.example.org.",
                id="forgesyte.W001",
            )
        ]
    return []


@register("forgesyte")
def check_libraries(**kwargs: Any) -> list[CheckMessage]:
    """The system must have the libraries that OpenCV needs.

    They are only looked up, because the web process must not load them.
    """
    if missing := missing_libraries():
        return [
            CheckWarning(
                "Plugins that use OpenCV will not start: a system library is missing.",
                hint=f"On Debian or Ubuntu: apt-get install -y {' '.join(missing)}",
                id="forgesyte.W002",
            )
        ]
    return []
