"""Uploads are streamed: many large ones at once hardly touch the memory of the web server."""

import threading
from pathlib import Path

import httpx
import numpy as np
import pytest
from PIL import Image

from tests.server import Server

pytestmark = pytest.mark.slow

MIB = 1024 * 1024
UPLOADS = 20
LARGE = 20 * MIB


def large_picture(path: Path) -> None:
    """A picture of noise, which no format makes smaller, of about 20 MB."""
    noise = np.random.default_rng(7).integers(0, 256, (2660, 2660, 3), dtype=np.uint8)
    Image.fromarray(noise).save(path, "BMP")


def resident(pid: int) -> int:
    """Resident bytes of a process that are its own (/proc/PID/smaps_rollup)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Rss:"):
            return int(line.split()[1]) * 1024
    raise AssertionError("no Rss in smaps_rollup")


def family(pid: int) -> list[int]:
    """A process and its descendants."""
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    found = [pid]
    for thread in Path(f"/proc/{pid}/task").iterdir():
        children = (thread / "children").read_text().split()
        for child in children:
            found += family(int(child))
    return found


def is_host(pid: int) -> bool:
    return b"launch.py" in Path(f"/proc/{pid}/cmdline").read_bytes()


def test_twenty_large_uploads_at_once(tmp_path):
    folder = tmp_path / "server"
    folder.mkdir()
    server = Server(folder)
    server.prepare()
    picture = tmp_path / "large.bmp"
    large_picture(picture)
    content = picture.read_bytes()
    assert len(content) > LARGE
    peaks = {"web": 0, "host": 0}
    done = threading.Event()

    def watch(web: int) -> None:
        while not done.wait(0.05):
            sizes = {"web": 0, "host": 0}
            for pid in family(web):
                try:
                    sizes["host" if is_host(pid) else "web"] += resident(pid)
                except (FileNotFoundError, ProcessLookupError):
                    continue
            for kind, size in sizes.items():
                peaks[kind] = max(peaks[kind], size)

    def send(number: int) -> None:
        # Different bytes each time, so that none is recognised as known.
        body = content[:-4] + number.to_bytes(4, "big")
        answers.append(
            httpx.post(
                f"{server.url}/v1/image/submit?plugin_id=echo",
                headers={"X-API-Key": server.api_key},
                files={"file": (f"{number}.bmp", body)},
                timeout=300,
            )
        )

    answers: list[httpx.Response] = []
    try:
        server.start_web()
        web = server.processes["web"].pid
        send(0)  # whatever is loaded once is loaded now
        before = sum(resident(pid) for pid in family(web) if not is_host(pid))
        watcher = threading.Thread(target=watch, args=(web,))
        watcher.start()
        senders = [threading.Thread(target=send, args=(n,)) for n in range(1, UPLOADS + 1)]
        for sender in senders:
            sender.start()
        for sender in senders:
            sender.join()
        done.set()
        watcher.join()
    finally:
        done.set()
        server.stop()
    assert [answer.status_code for answer in answers] == [200] * (UPLOADS + 1)
    assert peaks["web"] - before < 64 * MIB
    assert peaks["host"] < 1024 * MIB
