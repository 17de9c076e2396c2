"""Watches a call: its time limit, its memory, and when to report progress."""

import time
from collections.abc import Callable

from plugins_app.host import proctree
from plugins_app.host.calls import HostFailure, Progress

MIB = 1024 * 1024
SAMPLE_S = 0.2
CLOSE_SAMPLE_S = 0.05
"""How often memory is measured, and how often when more than half of the limit is used."""
FLOOD_NAP_S = 0.02


class Watch:
    """Watches one call. Times are from the monotonic clock, in seconds."""

    def __init__(
        self, pid: int, memory_mb: int, on_beat: Callable[[Progress], None], beat_s: float
    ) -> None:
        now = time.monotonic()
        self.progress = Progress()
        self._pid = pid
        self._memory_bytes = memory_mb * MIB
        self._on_beat = on_beat
        self._beat_s = beat_s
        self._next_beat = now + beat_s
        self._next_sample = now
        self._peak = 0
        self._started = now
        self._deadline = now
        proctree.reset_peak(pid)

    def limit(self, seconds: float) -> None:
        """Start the time limit (and the reported wall time) now."""
        self._started = time.monotonic()
        self._deadline = self._started + seconds

    def nap(self, flooded: bool) -> float:
        """Seconds to sleep until something has to be done."""
        until = min(self._deadline, self._next_beat, self._next_sample) - time.monotonic()
        return min(until, FLOOD_NAP_S) if flooded else until

    @property
    def out_of_time(self) -> bool:
        """Whether the time limit has passed."""
        return time.monotonic() >= self._deadline

    def check_memory(self) -> None:
        """Measure memory if it is time to. Raises HostFailure (``out_of_memory``)."""
        if time.monotonic() < self._next_sample:
            return
        limit = self._memory_bytes
        used = proctree.resident_bytes(proctree.tree(self._pid), limit)
        self._peak = max(self._peak, used)
        if used > limit:
            raise HostFailure(
                "out_of_memory",
                f"The tool used {used // MIB} MiB of memory; its limit is {limit // MIB} MiB.",
            )
        self._next_sample = time.monotonic() + (SAMPLE_S if 2 * used < limit else CLOSE_SAMPLE_S)

    def beat(self) -> None:
        """Call ``on_beat`` if it is time to. Its exceptions are propagated."""
        if time.monotonic() >= self._next_beat:
            self._on_beat(self.progress)
            self._next_beat = time.monotonic() + self._beat_s

    def measured(self) -> tuple[float, int]:
        """Wall seconds since the limit began, and the peak of resident memory in bytes."""
        wall_s = time.monotonic() - self._started
        return wall_s, max(self._peak, proctree.peak_bytes(self._pid))
