"""The worker processes of a measurement: starting, killing, their CPU time, their end."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

TICK_S = 1 / os.sysconf("SC_CLK_TCK")


class Workers:
    """Sessions of their own, one for each command; ``log`` keeps what they say."""

    def __init__(self, commands: list[list[str]], log: Path, environment: dict[str, str]) -> None:
        self._commands = commands
        self._log = log
        self._environment = environment
        self._started: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Start all of them, or those that have ended: as a service manager would."""
        running = [process for process in self._started if process.poll() is None]
        with self._log.open("ab") as log:
            running += [
                subprocess.Popen(
                    command, env=self._environment, stdin=subprocess.DEVNULL,
                    stdout=log, stderr=log, start_new_session=True,
                )
                for command in self._commands[len(running) :]
            ]  # fmt: skip
        self._started = running

    @property
    def pids(self) -> list[int]:
        """The first processes of the sessions."""
        return [process.pid for process in self._started]

    def end(self) -> None:
        """Ask them to stop; kill what is left of their sessions after ten seconds."""
        for process in self._started:
            process.terminate()
        for process in self._started:
            family = descendants([process.pid])
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
            for pid in family:
                with contextlib.suppress(ProcessLookupError):
                    if os.getsid(pid) == process.pid:
                        os.kill(pid, signal.SIGKILL)
            process.wait()


def descendants(roots: list[int]) -> list[int]:
    """These processes and all that descend from them."""
    children: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            parent = int(stat.read_text().rpartition(")")[2].split()[1])
            children.setdefault(parent, []).append(int(stat.parent.name))
    found = list(roots)
    for pid in found:  # grows while it is walked
        found += children.get(pid, [])
    return found


def cpu_seconds(roots: list[int]) -> float:
    """CPU time that these processes and their descendants have used, dead children included."""
    total = 0.0
    for pid in descendants(roots):
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, fields[11:15])) * TICK_S
    return total
