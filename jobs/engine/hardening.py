"""django-q2's cluster, made to survive the death of any of its processes.

Uses private names of django-q2 1.11.1 (the version is pinned and checked at start). The fault
tests in ``tests/faults/test_killed_processes.py`` require each change:

- locks live in the kernel (``kernel_ipc``), so a killed process never leaves one locked;
- a process whose parent has died dies too, so no orphan keeps taking items;
- all processes but the first ignore SIGTERM and SIGINT, so that a signal to the whole group
  causes one orderly stop instead of many sudden deaths.
"""

import os
import signal
from collections.abc import Callable
from importlib.metadata import version
from typing import Any

from django_q import cluster

from jobs.engine import kernel_ipc, stopping
from plugins_app.host import linux

TESTED_VERSION = "1.11.1"


class Sentinel(cluster.Sentinel):
    """The cluster's guard process. With the base class, SIGTERM would kill it and its children."""

    def spawn_process(self, target: Callable[..., None], *args: Any) -> Any:
        """Spawn as the base class does, and name the process after its role for ``ps -o comm``."""
        global _role  # read in the child after the fork
        _role = target.__name__
        return super().spawn_process(target, *args)

    def start(self) -> None:
        ignore_stop_signals()
        self.broker.handed_out = self.task_queue
        super().start()


class Cluster(cluster.Cluster):
    """The first process of the node; passes a stop signal on to all processes at once."""

    def stop(self) -> bool:
        stopping.ask()
        return bool(super().stop())


def apply() -> None:
    """Patch django-q2. Call once, before the cluster starts.

    Raises RuntimeError if another version of django-q2 is installed.
    """
    found = version("django-q2")
    if found != TESTED_VERSION:
        raise RuntimeError(
            f"django-q2 {found} is installed, but the worker requires {TESTED_VERSION}. "
            "Install the pinned requirements again."
        )
    cluster.Queue = kernel_ipc.Queue
    cluster.Event = kernel_ipc.Event
    cluster.Value = kernel_ipc.Value
    cluster.Sentinel = Sentinel
    os.register_at_fork(before=_remember_parent, after_in_child=_follow_parent)


def ignore_stop_signals() -> None:
    """Leave SIGTERM and SIGINT to the first process of the node."""
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    signal.signal(signal.SIGINT, signal.SIG_IGN)


_parent = 0
_role = "guard"


def _remember_parent() -> None:
    global _parent  # read in the child after the fork
    _parent = os.getpid()


def _follow_parent() -> None:
    """In a new child: arrange to die with the parent, which may already be dead."""
    linux.die_with(_parent, signal.SIGKILL)
    ignore_stop_signals()
    linux.name_process(f"fs-{_role}")
