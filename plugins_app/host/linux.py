"""Calls to the Linux kernel: prctl(2), and information about processes from proc(5).

It is here because everything can import it from here: the worker, the server, and a plugin's child
process, which imports nothing from the other two.
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
    """Receive signal ``number`` when the parent dies, and exit if it has already died.

    ``parent`` is its process id, determined before the fork. Raises OSError.
    """
    _prctl(PR_SET_PDEATHSIG, number)
    if os.getppid() != parent:
        os._exit(1)


def adopt_orphans() -> None:
    """Become the parent of descendants that lose theirs. Raises OSError."""
    _prctl(PR_SET_CHILD_SUBREAPER, 1)


def gain_no_privileges() -> None:
    """Keep programs started from here, even set-user-ID ones, from gaining privileges.

    Raises OSError.
    """
    _prctl(PR_SET_NO_NEW_PRIVS, 1)


def name_process(name: str) -> None:
    """Set what ``ps -o comm`` shows for this process: the first 15 bytes of the name.

    Raises OSError.
    """
    _prctl(PR_SET_NAME, name.encode())


def flush_c_output() -> None:
    """Flush the buffers of C streams."""
    _libc.fflush(None)


class Stat(NamedTuple):
    """The fields of /proc/PID/stat that are needed. ``started`` is in clock ticks since boot."""

    state: str
    parent: int
    session: int
    started: int

    @property
    def alive(self) -> bool:
        """Whether it is still running. Zombies are not."""
        return self.state not in "ZX"


def stat(pid: int) -> Stat | None:
    """The state of a process, or None if it is gone."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, UnicodeDecodeError):
        return None
    return Stat(fields[0], int(fields[1]), int(fields[3]), int(fields[19]))


def living() -> dict[int, Stat]:
    """All running processes, by process id."""
    pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    stats = {pid: stat(pid) for pid in pids}
    return {pid: one for pid, one in stats.items() if one is not None and one.alive}


def children(pid: int) -> list[int]:
    """The children of a process from the kernel's own lists (cheap). Empty if it is gone."""
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
    """The PID namespace, in which process ids are unique: ``pid:[4026531836]``."""
    return os.readlink("/proc/self/ns/pid")  # noqa: PTH115  # not a path


def boot_id() -> str:
    """An id that the kernel generates at each boot."""
    return (PROC / "sys/kernel/random/boot_id").read_text().strip()
