"""Which process holds an item, and finding holders on this machine that have died."""

import os
import socket

from jobs.engine import node
from jobs.models import ItemStatus, JobItem, Worker
from plugins_app.host import linux


def worker_name() -> str:
    """``host:node:pid:start`` of this process.

    The node id distinguishes machines with the same host name; the start time (clock ticks since
    boot) distinguishes processes that were given the same pid one after another.
    """
    pid = os.getpid()
    return f"{socket.gethostname()}:{node.short_id()}:{pid}:{_start_ticks(pid)}"


def dead_workers() -> list[str]:
    """Names of workers on this machine that hold running items but are dead."""
    here = {
        node.short_id(row) for row in Worker.objects.filter(machine=node.machine_id()).only("id")
    }
    running = JobItem.objects.filter(status=ItemStatus.RUNNING).order_by()
    holders = running.values_list("worker", flat=True).distinct()
    return [name for name in holders if _is_dead(name, here)]


def _is_dead(name: str, nodes_here: set[str]) -> bool:
    _host, holder, pid, ticks = name.rsplit(":", 3)
    return holder in nodes_here and _start_ticks(int(pid)) != int(ticks)


def _start_ticks(pid: int) -> int:
    """When a process started, in clock ticks since boot; 0 if there is none or it is a zombie."""
    found = linux.stat(pid)
    return found.started if found and found.alive else 0
