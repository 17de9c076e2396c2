"""django-q2's cluster, made to survive the death of any of its processes.

Touches private names of django-q2 1.11.1 (the version is pinned and checked at start); each
change has the fault test that needs it in ``tests/queue/test_hardening.py``:

- locks live in the kernel (``kernel_ipc``), so a killed process never takes one along;
- a process whose parent died dies too, so no orphan goes on taking items;
- all processes but the first ignore SIGTERM and SIGINT, so that a signal to the whole group
  is one orderly stop instead of many sudden deaths.
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
    """The guard of the cluster; its base class would let SIGTERM kill it and its children."""

    def spawn_process(self, target: Callable[..., None], *args: Any) -> Any:
        """As the base class, with the role as the name that ``ps -o comm`` shows."""
        global _role  # handed over the fork
        _role = target.__name__
        return super().spawn_process(target, *args)

    def start(self) -> None:
        ignore_stop_signals()
        self.broker.handed_out = self.task_queue
        super().start()


class Cluster(cluster.Cluster):
    """The first process; a stop signal is passed on to all processes at once."""

    def stop(self) -> bool:
        stopping.ask()
        return bool(super().stop())


def apply() -> None:
    """Put the changes in place, once, before the cluster starts."""
    found = version("django-q2")
    if found != TESTED_VERSION:
        raise RuntimeError(
            f"django-q2 {found} is installed, but the worker was made for {TESTED_VERSION}. "
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
    global _parent  # handed from before the fork to after it
    _parent = os.getpid()


def _follow_parent() -> None:
    """In a new child: die with the parent, which may have died already."""
    linux.die_with(_parent, signal.SIGKILL)
    ignore_stop_signals()
    linux.name_process(f"fs-{_role}")
