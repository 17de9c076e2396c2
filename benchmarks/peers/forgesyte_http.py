"""ForgeSyte over HTTP: pictures sent to the API of a real server, until their results are there."""

import os
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx

from benchmarks.peers import forgesyte_node
from benchmarks.peers.drive import Measurement
from benchmarks.peers.processes import Workers, cpu_seconds
from jobs.models import ApiKey
from tests.postgres import free_port

CLIENTS = 4


class Client:
    """What a measurement needs of a queue: here an item is enqueued by a request."""

    def __init__(self, url: str, key: str) -> None:
        self._session = httpx.Client(base_url=url, headers={"X-API-Key": key}, timeout=60)
        self._picture = forgesyte_node.picture()
        self.count_finished = forgesyte_node.count_finished
        self.items = forgesyte_node.items

    def wait_until_ready(self) -> None:
        """Wait for the first answer."""
        for _ in range(600):
            try:
                if self._session.get("/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        raise TimeoutError("The server did not answer.")

    def stage(self, numbers: range) -> None:
        """Nothing has to be there before a request."""

    def enqueue(self, numbers: range, seconds: float) -> None:
        """Send a picture for each item, from several clients at once where there are many."""
        clients = min(CLIENTS, len(numbers))
        parts = [numbers[start::clients] for start in range(clients)]
        with ThreadPoolExecutor(clients) as senders:
            for part, jobs in zip(parts, senders.map(self._send, parts), strict=True):
                for number, job in zip(part, jobs, strict=True):
                    forgesyte_node.note(number, job)

    def _send(self, numbers: range) -> list[str]:
        return [self._submit() for _number in numbers]

    def _submit(self) -> str:
        answer = self._session.post(
            "/v1/image/submit",
            params={"plugin_id": "noop", "tool": "nothing"},
            files={"file": ("a.png", self._picture, "image/png")},
        )
        answer.raise_for_status()
        return str(answer.json()["job_id"])


def measure(settings: dict[str, Any]) -> dict[str, float]:
    """Items per second from the first request on, and CPU time of web server and workers.

    The waits on an idle queue are left out: items start before their request is answered.
    """
    forgesyte_node.prepare()
    key = ApiKey.objects.issue(forgesyte_node.owner(), "bench")[0]
    port = free_port()
    folder = Path(os.environ["BENCH_FOLDER"])
    environment = {**os.environ, "PORT": str(port), "BIND": "127.0.0.1"}
    environment.pop("SQLITE_SYNCHRONOUS", None)
    command = [sys.executable, str(forgesyte_node.ROOT / "manage.py"), "serve"]
    server = Workers([command], folder / "server.log", environment)
    server.start()
    try:
        client = Client(f"http://127.0.0.1:{port}", key)
        client.wait_until_ready()
        items = settings["items"] // 4
        measurement = Measurement(client, server, settings["servers"])
        before = cpu_seconds([*server.pids, *settings["servers"]])
        found: dict[str, float] = dict(measurement.rate(items))
        used = cpu_seconds([*server.pids, *settings["servers"]]) - before
        found["cpu_ms"] = used / items * 1000
    finally:
        server.end()
    return found
