"""A host's processes: finding its descendants, measuring their memory, and killing them all."""

import contextlib
import os
import secrets
import signal
import time

from plugins_app.host.linux import PROC, children, living, pid_namespace, stat

PAGE = os.sysconf("SC_PAGE_SIZE")
MARKER = b"FORGESYTE_HOST="
ROUNDS = 200


def new_marker() -> str:
    """A value for FORGESYTE_HOST that identifies this supervisor and one of its hosts.

    Every process that a host starts inherits it, even if it detaches itself.
    """
    own = stat(os.getpid())
    return f"{pid_namespace()}/{os.getpid()}/{own.started if own else 0}/{secrets.token_hex(8)}"


def marker_of(pid: int) -> str:
    """The marker in a process's environment, or an empty text."""
    try:
        environment = (PROC / str(pid) / "environ").read_bytes()
    except OSError:
        return ""
    for variable in environment.split(b"\0"):
        if variable.startswith(MARKER):
            return variable.removeprefix(MARKER).decode("ascii", "replace")
    return ""


def family(host: int, marker: str) -> set[int]:
    """Running processes that belong to a host (but not itself), by descent, session or marker."""
    processes = living()
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
    """Kill everything that a host has started, then the host itself, which must not be reaped yet.

    The host is stopped first: as a subreaper it adopts orphans, so no process can escape between
    finding and killing it.
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
    """Kill processes that hosts of dead supervisors have left behind (in this PID namespace)."""
    for pid in living():
        parts = marker_of(pid).rsplit("/", 3)
        if len(parts) == 4 and parts[0] == pid_namespace() and parts[1].isdigit():
            supervisor = stat(int(parts[1]))
            started = supervisor.started if supervisor and supervisor.alive else None
            if str(started) != parts[2]:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.kill(pid, signal.SIGKILL)


def tree(pid: int) -> list[int]:
    """A process and its descendants, from the kernel's lists of children (cheap)."""
    found = [pid]
    for parent in found:  # grows while it is walked
        found += children(parent)
    return found


def resident_bytes(pids: list[int], limit: int) -> int:
    """Total resident memory of processes, in bytes.

    Pages shared by forks are counted once, but only if it matters: above ``limit``.
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
    """Reset the peak of a process's resident memory."""
    with contextlib.suppress(OSError):
        (PROC / str(pid) / "clear_refs").write_text("5")


def peak_bytes(pid: int) -> int:
    """The peak of a process's resident memory since ``reset_peak``, in bytes."""
    try:
        lines = (PROC / str(pid) / "status").read_text().splitlines()
    except OSError:
        return 0
    sizes = [int(line.split()[1]) * 1024 for line in lines if line.startswith("VmHWM:")]
    return sizes[0] if sizes else 0


def oom_kills() -> int:
    """How often the kernel has killed a process for lack of memory since boot."""
    try:
        lines = (PROC / "vmstat").read_text().splitlines()
    except OSError:
        return 0
    counts = [int(line.split()[1]) for line in lines if line.startswith("oom_kill ")]
    return counts[0] if counts else 0
