"""Measures one queue once, in the environment it is installed in: ``python -m ... QUEUE JSON``.

Prints one line of JSON. The settings (JSON) say how many items, and which server processes' CPU
time counts as the queue's.
"""

import importlib
import json
import os
import random
import signal
import statistics
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks.peers.processes import Workers, cpu_seconds

TIMEOUT_S = 180.0
PATIENCE_S = 50.0
"""Longer than any lease, visibility timeout or retry that is set here."""
SLOW_S = 0.02
IDLE_PAUSE_S = (0.05, 0.25)


class Measurement:
    """One queue with its workers. Items are numbered through."""

    def __init__(self, queue: Any, workers: Workers, servers: list[int]) -> None:
        self._queue = queue
        self._workers = workers
        self._servers = servers
        self._next = 0

    def _numbers(self, count: int) -> range:
        self._next += count
        return range(self._next - count, self._next)

    def _wait(self, numbers: range, count: int, pause_s: float = 0.05) -> int:
        until = time.monotonic() + TIMEOUT_S
        while (done := self._queue.count_finished(numbers)) < count:
            if time.monotonic() > until:
                raise TimeoutError(f"{done} of {count} items done in {TIMEOUT_S:g} s")
            time.sleep(pause_s)
        return done

    def _cpu_s(self) -> float:
        return cpu_seconds([*self._workers.pids, *self._servers])

    def rate(self, count: int) -> dict[str, float]:
        """Items per second between the first and the last tenth, and CPU time of each."""
        numbers = self._numbers(count)
        self._queue.stage(numbers)
        self._queue.enqueue(numbers, 0)
        self._workers.start()
        early = self._wait(numbers, count // 10)
        before = self._cpu_s()
        self._wait(numbers, count, 0.2)
        used = self._cpu_s() - before
        ends = sorted(item.finished for item in self._queue.items(numbers))
        low, high = count // 10, count - count // 10 - 1
        return {
            "per_s": (high - low) / (ends[high] - ends[low]),
            "cpu_ms": used / (count - early) * 1000 if count > early else 0.0,
        }

    def idle(self, count: int) -> dict[str, float]:
        """Milliseconds from an item's acceptance to its start, while nothing else is to do."""
        waits = []
        for _ in range(count):
            time.sleep(random.uniform(*IDLE_PAUSE_S))  # no secret
            numbers = self._numbers(1)
            self._queue.stage(numbers)
            self._queue.enqueue(numbers, 0)
            accepted = time.time()
            self._wait(numbers, 1)
            waits.append(max(self._queue.items(numbers)[0].started - accepted, 0) * 1000)
        cuts = statistics.quantiles(waits, n=20, method="inclusive")
        return {"idle_p50_ms": cuts[9], "idle_p95_ms": cuts[18]}

    def kill(self, count: int) -> dict[str, int]:
        """SIGKILL to the process that runs an item; what is lost, and what was done twice."""
        numbers = self._numbers(count)
        self._queue.stage(numbers)
        self._queue.enqueue(numbers, SLOW_S)
        self._wait(numbers, count // 4, 0.005)
        os.kill(self._running_pid(numbers), signal.SIGKILL)
        time.sleep(1)
        self._workers.start()
        last, since = 0, time.monotonic()
        while last < count and time.monotonic() - since < PATIENCE_S:
            done = self._queue.count_finished(numbers)
            if done > last:
                last, since = done, time.monotonic()
            time.sleep(0.1)
        ended = self._queue.items(numbers)
        return {
            "lost": sum(item.finishes == 0 for item in ended),
            "doubled": sum(item.finishes > 1 for item in ended),
        }

    def _running_pid(self, numbers: range) -> int:
        while True:
            for item in self._queue.items(numbers):
                if item.pid and item.started and not item.finished:
                    return int(item.pid)


def main(name: str, settings: dict[str, Any]) -> dict[str, float]:
    """Measure what the settings ask for."""
    queue = importlib.import_module(f"benchmarks.peers.{name}")
    if hasattr(queue, "measure"):
        return dict(queue.measure(settings))
    folder = Path(os.environ["BENCH_FOLDER"])
    workers = Workers(queue.COMMANDS, folder / "workers.log", dict(os.environ))
    queue.prepare()
    measurement = Measurement(queue, workers, settings["servers"])
    try:
        found: dict[str, float] = dict(measurement.rate(settings["items"]))
        if settings["singles"]:
            found |= measurement.idle(settings["singles"])
        if settings["kill_items"]:
            found |= measurement.kill(settings["kill_items"])
    finally:
        workers.end()
    return found


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1], json.loads(sys.argv[2]))))
