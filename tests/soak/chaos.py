"""Random kills under load: ``python -m tests.soak.chaos --kills 1000 [--seed 7]``.

Starts a real worker node, submits jobs all the time, and kills processes of it at random: a
worker, the pusher, the monitor, the guard, a plugin host, or everything at once; with
PostgreSQL (``--db postgres``, a server of its own) the database is crashed and started again
too. In the end nothing may be lost, doubled, stuck or left behind; the exit code is 0 only then.
"""

import os
import random
import signal
import sys
import time
from collections import Counter

from tests import postgres
from tests.soak import ground

PROCESSES = ["fs-worker", "fs-worker", "fs-pusher", "fs-monitor", "fs-guard", "host", "host", "all"]
AHEAD = 40
"""This many items are kept waiting during the kills."""


def main() -> int:
    parser = ground.parser(__doc__)
    parser.add_argument("-n", "--kills", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--pause", type=float, default=0.6, help="mean seconds between kills")
    options = parser.parse_args()
    seed = options.seed if options.seed is not None else random.randrange(10**6)
    with ground.prepared(options.db) as database:
        chaos = Chaos(random.Random(seed), options.pause, database)
        return chaos.run(options.kills, seed)


class Chaos:
    """One run: load, kills, and the final check."""

    def __init__(
        self, rng: random.Random, pause_s: float, database: postgres.Server | None
    ) -> None:
        from tests.factories import make_media, make_user
        from tests.node import Node

        self.rng = rng
        self.pause_s = pause_s
        self.database = database
        self.victims = [*PROCESSES, "database"] if database else PROCESSES
        self.owners = [make_user() for _ in range(3)]
        self.media = {owner: [make_media(owner) for _ in range(3)] for owner in self.owners}
        self.node = Node(workers=2, MAX_ATTEMPTS="100", LOG_LEVEL="ERROR")
        self.killed: Counter[str] = Counter()

    def run(self, kills: int, seed: int) -> int:
        started = time.monotonic()
        self.node.start()
        while sum(self.killed.values()) < kills:
            self.keep_busy()
            time.sleep(self.rng.expovariate(1 / self.pause_s))
            self.kill_something()
        killing_s = time.monotonic() - started
        problems = self.reckon()
        self.report(seed, killing_s, time.monotonic() - started, problems)
        return 1 if problems else 0

    def keep_busy(self) -> None:
        """Submit until enough items wait: pictures and batches, quick and slow tools."""
        from jobs.models import JobItem
        from tests.factories import make_job

        while JobItem.objects.filter(status="pending", run_after=None).count() < AHEAD:
            owner = self.rng.choice(self.owners)
            media = self.rng.choices(self.media[owner], k=self.rng.choice([1, 1, 5, 12]))
            if self.rng.random() < 0.3:
                seconds = {"seconds": self.rng.uniform(0.05, 0.6)}
                make_job(owner, media, plugin="slow", tools=["wait"], params=seconds)
            else:
                make_job(owner, media, params={"picture": self.rng.random() < 0.5})

    def kill_something(self) -> None:
        role = self.rng.choice(self.victims)
        if self.node.process is None or self.node.process.poll() is not None:
            self.node.start()
        if role == "all":
            self.node.kill_all()
            self.node.start()
        elif role == "database":
            self.crash_database()
        else:
            pids = self.node.hosts() if role == "host" else self.node.processes(role)
            if not pids:
                return
            try:
                os.kill(self.rng.choice(pids), signal.SIGKILL)
            except ProcessLookupError:
                return
        self.killed[role] += 1

    def crash_database(self) -> None:
        """Crash PostgreSQL and restart it after a while."""
        from django.db import connection

        self.database.stop(self.rng.choice([signal.SIGQUIT, signal.SIGINT]))
        connection.close()
        time.sleep(self.rng.uniform(0.1, 3))
        self.database.start()

    def reckon(self) -> list[str]:
        """Let all jobs end, then check all rows, files and processes."""
        from tests.faults.invariants import check_everything, wait_for_the_end
        from tests.node import wait_until

        problems = []
        try:
            wait_for_the_end(seconds=600)
            self.node.stop(120)
            check_everything()
            wait_until(lambda: not self.node.hosts(), 120, "the end of all hosts")
            assert not self.node.processes(), "processes are left"
        except AssertionError as error:
            problems.append(str(error))
        finally:
            self.node.end()
        return problems

    def report(self, seed: int, killing_s: float, total_s: float, problems: list[str]) -> None:
        from django.db import connection
        from django.db.models import Sum

        from jobs.models import Job, JobItem

        items = Counter(JobItem.objects.values_list("status", flat=True))
        attempts = JobItem.objects.aggregate(sum=Sum("attempt"))["sum"]
        rows = [
            ("database", connection.vendor),
            ("seed", seed),
            ("kills", sum(self.killed.values())),
            *((f"  {role}", count) for role, count in sorted(self.killed.items())),
            ("seconds of killing", round(killing_s)),
            ("seconds in all", round(total_s)),
            ("jobs accepted", Job.objects.count()),
            ("items accepted", sum(items.values())),
            *((f"  {status}", count) for status, count in sorted(items.items())),
            ("attempts", attempts),
            ("lost, doubled, stuck, orphaned", len(problems)),
        ]
        ground.tell(rows, problems)


if __name__ == "__main__":
    sys.exit(main())
