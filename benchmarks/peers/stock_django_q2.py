"""django-q2 as it comes, on its ORM broker: results not saved, ten tasks a fetch.

Run as a script with ``worker``, it is the worker.
"""

import os
import sys
from typing import Any
from urllib.parse import urlsplit

import django
from django.conf import settings
from django.core.management import call_command

from benchmarks.peers import rows
from benchmarks.peers.table import count_finished, items, stage

__all__ = ["COMMANDS", "count_finished", "enqueue", "items", "prepare", "stage"]

COMMANDS = [[sys.executable, "-m", "benchmarks.peers.stock_django_q2", "worker"]]


def _database() -> dict[str, Any]:
    if rows.URL.startswith("sqlite"):
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": rows.URL.removeprefix("sqlite:///"),
            "OPTIONS": {
                "timeout": 20,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL",
            },
        }
    url = urlsplit(rows.URL)
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": url.path[1:],
        "USER": url.username,
        "HOST": url.hostname,
        "PORT": url.port,
        "CONN_MAX_AGE": 600,
    }


def _configure() -> None:
    settings.configure(
        DATABASES={"default": _database()},
        INSTALLED_APPS=["django_q"],
        DEFAULT_AUTO_FIELD="django.db.models.BigAutoField",
        SECRET_KEY=os.environ.get("BENCH_FOLDER", "-"),
        USE_TZ=True,
        Q_CLUSTER={
            "name": "bench",
            "orm": "default",
            "workers": 2,
            "bulk": 10,
            "timeout": 20,
            "retry": 30,
            "save_limit": -1,
            "catch_up": False,
            "log_level": "ERROR",
        },
    )
    django.setup()


if not settings.configured:
    _configure()


def prepare() -> None:
    """Make the table of items and django-q2's own."""
    call_command("migrate", verbosity=0)
    rows.create()


def enqueue(numbers: range, seconds: float) -> None:
    """Add tasks."""
    from django_q.tasks import async_task

    for number in numbers:
        async_task("benchmarks.peers.rows.work", number, seconds)


if __name__ == "__main__":
    call_command("qcluster")
