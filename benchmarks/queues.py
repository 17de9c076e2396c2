"""How fast, how prompt and how safe the queue is, beside others: ``make bench``.

Every contender gets two worker processes and items that are two row updates in the same
database; rounds are interleaved, and ratios are taken within a round, so that a busy machine
disturbs all alike. Starts PostgreSQL and Redis of its own on loopback, and ends them.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from benchmarks.figures import spread
from tests import postgres

ROOT = Path(__file__).resolve().parents[1]
PEERS_PYTHON = ROOT / ".cache" / "bench-venv" / "bin" / "python"
LIMIT_S = 600
Found = dict[str, float]


@dataclass(frozen=True)
class Contender:
    """A queue on a database; ``module`` is a file of ``benchmarks/peers``."""

    name: str
    module: str
    database: str
    redis: bool = False
    path: str = ""

    @property
    def ours(self) -> bool:
        """Whether it runs in ForgeSyte's own environment."""
        return self.module.startswith("forgesyte")

    @property
    def key(self) -> str:
        """What the results are filed under."""
        return f"{self.database}: {self.name}"


def contenders() -> list[Contender]:
    """Everything that is compared; the first of each database is what the others are set against.

    The items of the Redis queues are rows in that database.
    """
    found = []
    for database in ("sqlite", "postgres"):
        found += [
            Contender("Celery, Redis", "celery_redis", database, redis=True),
            Contender("Huey, Redis", "huey_redis", database, redis=True),
            Contender("Huey, SQLite", "huey_sqlite", "sqlite")
            if database == "sqlite"
            else Contender("Procrastinate", "procrastinate_pg", "postgres"),
            Contender("django-q2, ORM broker", "stock_django_q2", database),
            Contender("ForgeSyte, queue", "forgesyte_node", database, path="queue"),
            Contender("ForgeSyte, whole path", "forgesyte_node", database, path="whole"),
            Contender("ForgeSyte, over HTTP", "forgesyte_http", database, path="whole"),
        ]
    return found


class Servers:
    """PostgreSQL and Redis, started when first wanted."""

    def __init__(self, stack: ExitStack) -> None:
        self._stack = stack
        self._postgres: postgres.Server | None = None
        self._count = 0

    @contextmanager
    def database(self, kind: str, folder: Path) -> Iterator[tuple[str, list[int]]]:
        """A fresh database: its URL, and the server processes behind it."""
        if kind == "sqlite":
            yield f"sqlite:///{folder}/items.sqlite3", []
            return
        if self._postgres is None:
            self._postgres = self._stack.enter_context(postgres.server())
        self._count += 1
        name = f"bench{self._count}"
        with psycopg.connect(self._postgres.url, autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}".encode())
            yield self._postgres.url.rsplit("/", 1)[0] + f"/{name}", [self._postgres.pid]
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def redis_server(folder: Path) -> Iterator[tuple[str, list[int]]]:
    """Redis with its journal on, synced every second (its own advice); URL and process."""
    port = postgres.free_port()
    options = ["--bind", "127.0.0.1", "--save", "", "--appendonly", "yes"]
    options += ["--appendfsync", "everysec", "--dir", str(folder), "--port", str(port)]
    process = subprocess.Popen(["redis-server", *options], stdout=subprocess.DEVNULL)
    try:
        ping = ["redis-cli", "-p", str(port), "ping"]
        while subprocess.run(ping, capture_output=True, check=False).stdout != b"PONG\n":
            if process.poll() is not None:
                raise RuntimeError("redis-server did not start.")
            time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0", [process.pid]
    finally:
        process.kill()
        process.wait()


def measure(contender: Contender, servers: Servers, options: argparse.Namespace) -> Found:
    """One measurement of one queue, in a process of its own."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        url, pids = stack.enter_context(servers.database(contender.database, folder))
        environment = {
            **os.environ,
            "BENCH_DATABASE": url,
            "BENCH_FOLDER": str(folder),
            "BENCH_PATH": contender.path,
            "SQLITE_SYNCHRONOUS": "NORMAL",
        }
        if contender.redis:
            environment["BENCH_REDIS"], more = stack.enter_context(redis_server(folder))
            pids = [*pids, *more]
        settings = {
            "items": options.items,
            "singles": options.singles,
            "kill_items": options.kill_items,
            "servers": pids,
        }
        python = sys.executable if contender.ours else str(options.peers_python)
        done = subprocess.run(
            [python, "-m", "benchmarks.peers.drive", contender.module, json.dumps(settings)],
            cwd=ROOT, env=environment, capture_output=True, text=True,
            timeout=LIMIT_S, check=False,
        )  # fmt: skip
        if done.returncode:
            logs = "\n".join(log.read_text()[-2000:] for log in folder.glob("*.log"))
            raise RuntimeError(f"{contender.key} failed:\n{done.stderr[-3000:]}\n{logs}")
        return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    """Measure in interleaved rounds, print the tables."""
    options = arguments()
    wanted = options.only.lower().split(",")
    chosen = [one for one in contenders() if any(part in one.key.lower() for part in wanted)]
    results: dict[str, list[Found]] = defaultdict(list)
    with ExitStack() as stack:
        servers = Servers(stack)
        for number in range(options.rounds):
            for contender in chosen[number % len(chosen) :] + chosen[: number % len(chosen)]:
                found = measure(contender, servers, options)
                results[contender.key].append(found)
                print(f"round {number + 1}  {contender.key}: {found}", file=sys.stderr, flush=True)
                if options.json:
                    options.json.write_text(json.dumps(results, indent=1))
            options.kill_items = 0  # once is enough: it takes long, and does not vary
    report(chosen, results)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.queues", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--items", type=int, default=2000, help="no-op items per measurement")
    parser.add_argument("--singles", type=int, default=40, help="items one by one, for latency")
    parser.add_argument("--kill-items", type=int, default=200, help="items of 20 ms; 0: no kill")
    parser.add_argument("--only", default="", help="parts of names: 'postgres: C,postgres: F'")
    parser.add_argument("--json", type=Path, help="write all single results here")
    parser.add_argument("--peers-python", type=Path, default=PEERS_PYTHON)
    return parser.parse_args()


def report(chosen: list[Contender], results: dict[str, list[Found]]) -> None:
    """Tables for people, in Markdown: medians, with the range of the rounds."""
    for database in dict.fromkeys(contender.database for contender in chosen):
        mine = [contender for contender in chosen if contender.database == database]
        base = results[mine[0].key]
        print(f"\n### {database}\n")
        print(
            f"| queue | items/s | times {mine[0].name} | CPU ms/item | idle ms p50 / p95 | killed |"
        )
        print("|---|---|---|---|---|---|")
        for contender in mine:
            print(f"| {contender.name} | {' | '.join(row(results[contender.key], base))} |")


def row(rounds: list[Found], base: list[Found]) -> list[str]:
    """The cells of one queue."""
    ratios = [mine["per_s"] / theirs["per_s"] for mine, theirs in zip(rounds, base, strict=True)]
    idle = "-"
    if "idle_p50_ms" in rounds[0]:
        idle = f"{median(rounds, 'idle_p50_ms'):.1f} / {median(rounds, 'idle_p95_ms'):.1f}"
    first: dict[str, Any] = rounds[0]
    killed = f"{first['lost']} lost, {first['doubled']} twice" if "lost" in first else "-"
    return [
        spread([one["per_s"] for one in rounds], "{:.0f}"),
        spread(ratios, "{:.2f}"),
        f"{median(rounds, 'cpu_ms'):.2f}",
        idle,
        killed,
    ]


def median(rounds: list[Found], name: str) -> float:
    """The median of one figure."""
    return statistics.median(one[name] for one in rounds)


if __name__ == "__main__":
    main()
