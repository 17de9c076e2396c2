"""This worker node as others see it: one row with a heartbeat."""

import os
import socket

from django.conf import settings
from django.utils import timezone

from jobs.ids import new_id
from jobs.models import Worker
from jobs.queue.serving import runnable

VERSION = "0.1.0"
NODE_ID = "FORGESYTE_NODE_ID"
"""Set by ``manage.py worker`` for all its processes."""


def register() -> None:
    """Give this node an id that all its processes inherit, and write its row."""
    os.environ[NODE_ID] = str(new_id())
    heartbeat()


def heartbeat() -> None:
    """Say that this node is alive, and what it can do."""
    if NODE_ID not in os.environ:
        return
    plugins = {
        plugin.manifest.id: {"version": plugin.manifest.version, "digest": plugin.code_digest}
        for plugin in runnable().values()
    }
    Worker.objects.update_or_create(
        id=os.environ[NODE_ID],
        defaults={
            "seen_at": timezone.now(),
            "lanes": settings.WORKER_LANES,
            "plugins": plugins,
        },
        create_defaults={
            "seen_at": timezone.now(),
            "lanes": settings.WORKER_LANES,
            "plugins": plugins,
            "host": socket.gethostname(),
            "pid": os.getpid(),
            "processes": settings.WORKERS,
            "version": VERSION,
        },
    )


def sign_off() -> None:
    """Say that this node has stopped."""
    Worker.objects.filter(id=os.environ[NODE_ID]).update(stopped_at=timezone.now())
