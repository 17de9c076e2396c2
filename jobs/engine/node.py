"""This worker node as other nodes see it: one row with a heartbeat."""

import hashlib
import os
import socket
from typing import Any

from django.conf import settings
from django.utils import timezone

from forgesyte import __version__
from jobs.engine.serving import disk_is_full, installed
from jobs.ids import new_id
from jobs.models import Worker
from plugins_app.host import linux

NODE_ID = "FORGESYTE_NODE_ID"
"""Environment variable that ``manage.py worker`` sets for all its processes."""


def register() -> None:
    """Give this node an id that all its processes inherit, and write its row."""
    os.environ[NODE_ID] = str(new_id())
    heartbeat()


def short_id(row: Worker | None = None) -> str:
    """The last 8 characters of a node's id, which are random."""
    return str(row.pk if row else os.environ.get(NODE_ID, "none"))[-8:]


def machine_id() -> str:
    """Identifies the kernel and pid namespace this runs in; pids are comparable only within it."""
    text = f"{linux.boot_id()} {linux.pid_namespace()}"
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def heartbeat() -> None:
    """Record that this node is alive and what it can do."""
    if NODE_ID not in os.environ:
        return
    now: dict[str, Any] = {
        "seen_at": timezone.now(),
        "lanes": settings.WORKER_LANES,
        "plugins": {
            plugin.manifest.id: {"version": plugin.manifest.version, "digest": plugin.code_digest}
            for plugin in installed().values()
        },
        "disk_is_full": disk_is_full(),
    }
    Worker.objects.update_or_create(
        id=os.environ[NODE_ID],
        defaults=now,
        create_defaults={
            **now,
            "host": socket.gethostname(),
            "machine": machine_id(),
            "pid": os.getpid(),
            "processes": settings.WORKERS,
            "version": __version__,
        },
    )


def sign_off() -> None:
    """Record that this node has stopped."""
    Worker.objects.filter(id=os.environ[NODE_ID]).update(stopped_at=timezone.now())
