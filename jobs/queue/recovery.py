"""Finding workers of this machine that died, by their process id and start time."""

import os
import socket
from pathlib import Path

from jobs.models import ItemStatus, JobItem


def worker_name(pid: int | None = None) -> str:
    """``host:pid:start``: the start time (clock ticks since boot) tells reused pids apart."""
    pid = pid or os.getpid()
    return f"{socket.gethostname()}:{pid}:{_start_ticks(pid)}"


def dead_workers() -> list[str]:
    """Names of workers on this host that hold running items but live no more."""
    mine = f"{socket.gethostname()}:"
    names = (
        JobItem.objects.filter(status=ItemStatus.RUNNING, worker__startswith=mine)
        .values_list("worker", flat=True)
        .distinct()
    )
    return [name for name in names if not _alive(name)]


def _alive(name: str) -> bool:
    _host, pid, ticks = name.rsplit(":", 2)
    return _start_ticks(int(pid)) == int(ticks)


def _start_ticks(pid: int) -> int:
    """Field 22 of /proc/PID/stat (proc(5)); 0 when there is no such process, or a zombie."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0
    return 0 if fields[0] in "ZX" else int(fields[19])
