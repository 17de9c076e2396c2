"""What is asked of the Linux kernel: prctl(2), and processes by proc(5). No Django.

It lies here because everybody may import it from here: the worker and the server, and the child
process of a plugin, which knows nothing of them.
"""

import ctypes
import os
from functools import cache
from pathlib import Path
from typing import NamedTuple

PROC = Path("/proc")
# linux/prctl.h
PR_SET_PDEATHSIG = 1
PR_SET_NAME = 15
PR_SET_CHILD_SUBREAPER = 36
PR_SET_NO_NEW_PRIVS = 38

_libc = ctypes.CDLL(None, use_errno=True)


def _prctl(option: int, value: int | bytes) -> None:
    if _libc.prctl(option, value, 0, 0, 0) != 0:
        code = ctypes.get_errno()
        raise OSError(code, f"prctl({option}): {os.strerror(code)}")


def die_with(parent: int, number: int) -> None:
    """Get this signal when the parent dies, and exit if it has died already.

    ``parent`` is its process id, found out before the fork. Raises OSError.
    """
    _prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of descendants that lose theirs. Raises OSError."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def gain_no_privileges() -> None:
    """Let no program that is started from here, set-user-ID or not, do more than this process."""
    _prctl(PR_SET_NO_NEW_PRIVS, 1)


def name_process(name: str) -> None:
    """What ``ps -o comm`` shows of this process: 15 bytes of the name."""
    _prctl(PR_SET_NAME, name.encode())


def flush_c_output() -> None:
    """Write out what C code has buffered for its streams."""
    _libc.fflush(None)


class Stat(NamedTuple):
    """A line of /proc/PID/stat, as far as it is needed; ``started`` in clock ticks since boot."""

    state: str
    parent: int
    session: int
    started: int

    @property
    def alive(self) -> bool:
        """Whether it still runs; a zombie does not."""
        return self.state not in "ZX"


def stat(pid: int) -> Stat | None:
    """What the kernel says of a process, or None when it is gone."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, UnicodeDecodeError):
        return None
    return Stat(fields[0], int(fields[1]), int(fields[3]), int(fields[19]))


def living() -> dict[int, Stat]:
    """All living processes by their ids."""
    pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    stats = {pid: stat(pid) for pid in pids}
    return {pid: one for pid, one in stats.items() if one is not None and one.alive}


def children(pid: int) -> list[int]:
    """The children of a process by the kernel's own lists (cheap); none of one that is gone."""
    found: list[int] = []
    try:
        for task in (PROC / str(pid) / "task").iterdir():
            try:
                found += map(int, (task / "children").read_text().split())
            except OSError:
                continue  # this thread has just ended
    except OSError:
        pass
    return found


@cache
def pid_namespace() -> str:
    """Where process ids mean the same: ``pid:[4026531836]``."""
    return os.readlink("/proc/self/ns/pid")  # noqa: PTH115  # not a path


def boot_id() -> str:
    """Names this run of the machine's kernel."""
    return (PROC / "sys/kernel/random/boot_id").read_text().strip()
