"""Processes by /proc: who descends from a host, how much memory they hold, ending them all."""

import contextlib
import os
import secrets
import signal
import time
from functools import cache
from pathlib import Path
from typing import NamedTuple

PAGE = os.sysconf("SC_PAGE_SIZE")
PROC = Path("/proc")
MARKER = b"FORGESYTE_HOST="
ROUNDS = 200


class Stat(NamedTuple):
    """A line of /proc/PID/stat, as far as it is needed."""

    state: str
    parent: int
    session: int
    started: int


def stat(pid: int) -> Stat | None:
    """What the kernel says of a process, or None when it is gone."""
    try:
        fields = (PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except (OSError, UnicodeDecodeError):
        return None
    return Stat(fields[0], int(fields[1]), int(fields[3]), int(fields[19]))


def snapshot() -> dict[int, Stat]:
    """All living processes (zombies are dead)."""
    pids = [int(entry.name) for entry in PROC.iterdir() if entry.name.isdigit()]
    stats = {pid: stat(pid) for pid in pids}
    return {pid: one for pid, one in stats.items() if one is not None and one.state not in "ZX"}


@cache
def _namespace() -> str:
    return os.readlink("/proc/self/ns/pid")  # noqa: PTH115  # not a path: pid:[4026531836]


def new_marker() -> str:
    """A value for FORGESYTE_HOST: names this supervisor, and one host of it.

    Everything that a host starts inherits it, however it detaches itself.
    """
    own = stat(os.getpid())
    return f"{_namespace()}/{os.getpid()}/{own.started if own else 0}/{secrets.token_hex(8)}"


def marker_of(pid: int) -> str:
    """The marker in a process's environment, or nothing."""
    try:
        environment = (PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return ""
    for variable in environment.split(b"\0"):
        if variable.startswith(MARKER):
            return variable.removeprefix(MARKER).decode("ascii", "replace")
    return ""


def family(host: int, marker: str) -> set[int]:
    """Living processes that belong to a host, without itself: descendants, session, marker."""
    processes = snapshot()
    found: set[int] = {host}
    grown = True
    while grown:
        more = {pid for pid, one in processes.items() if one.parent in found and pid not in found}
        found |= more
        grown = bool(more)
    for pid, one in processes.items():
        if one.session == host or (pid not in found and marker_of(pid) == marker):
            found.add(pid)
    return found - {host, os.getpid()}


def kill_family(host: int, marker: str) -> None:
    """Kill everything a host has started, then the host itself; it must not be reaped yet.

    The host is stopped first: as a subreaper it adopts whoever loses its parent, so nobody gets
    out of sight between the look and the kill.
    """
    with contextlib.suppress(ProcessLookupError):
        os.kill(host, signal.SIGSTOP)
    for _ in range(ROUNDS):
        victims = family(host, marker)
        if not victims:
            break
        for pid in victims:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.002)
    with contextlib.suppress(ProcessLookupError):
        os.kill(host, signal.SIGKILL)


def sweep_orphans() -> None:
    """Kill what hosts of dead supervisors have left behind (in this PID namespace)."""
    for pid in snapshot():
        parts = marker_of(pid).rsplit("/", 3)
        if len(parts) == 4 and parts[0] == _namespace() and parts[1].isdigit():
            supervisor = stat(int(parts[1]))
            alive = supervisor is not None and supervisor.state not in "ZX"
            if supervisor is None or not alive or str(supervisor.started) != parts[2]:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)


def tree(pid: int) -> list[int]:
    """A process and its descendants, by the kernel's lists of children (cheap)."""
    found = [pid]
    for parent in found:  # grows while it is walked
        for task in _entries(PROC / str(parent) / "task"):
            try:
                found += map(int, (task / "children").read_text().split())
            except OSError:
                continue
    return found


def _entries(folder: Path) -> list[Path]:
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def resident_bytes(pids: list[int], limit: int) -> int:
    """Resident memory of processes together.

    Pages that forks share are counted once, but only where it matters: over ``limit``.
    """
    total = sum(_statm(pid) for pid in pids)
    if total > limit and len(pids) > 1:
        return sum(_proportional(pid) for pid in pids)
    return total


def _statm(pid: int) -> int:
    try:
        return int((PROC / str(pid) / "statm").read_text().split()[1]) * PAGE
    except (OSError, IndexError):
        return 0


def _proportional(pid: int) -> int:
    try:
        lines = (PROC / str(pid) / "smaps_rollup").read_text().splitlines()
    except OSError:
        return _statm(pid)
    sizes = [int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:")]
    return sizes[0] if sizes else _statm(pid)


def reset_peak(pid: int) -> None:
    """Begin to count the peak of resident memory anew."""
    with contextlib.suppress(OSError):
        (PROC / str(pid) / "clear_refs").write_text("5")


def peak_bytes(pid: int) -> int:
    """The peak of one process's resident memory since ``reset_peak``."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0
    sizes = [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")]
    return sizes[0] if sizes else 0


def oom_kills() -> int:
    """How often the kernel has killed for want of memory since the machine started."""
    try:
        lines = (PROC / "vmstat").read_text().splitlines()
    except OSError:
        return 0
    counts = [int(line.split()[1]) for line in lines if line.startswith("oom_kill ")]
    return counts[0] if counts else 0
