"""A batch of pictures through the OCR plugin, beside bare processes that do the same.

Both have two processes with a warm model and one thread each. The job is timed from its request to
the commit of its last result (the pictures are in the library before); the bare processes from the
first picture to the last, each with half of them. Rounds are interleaved, and ratios are taken
within a round.
"""

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack
from datetime import datetime
from pathlib import Path
from typing import Any

import httpx
from PIL import Image, ImageEnhance

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "plugins_app" / "builtin" / "ocr")]

from benchmarks.figures import spread  # noqa: E402  # the path is set above
from tests.server import Server  # noqa: E402

SAMPLE = ROOT / "static" / "samples" / "receipt.png"
PROCESSES = 2
LIMIT_S = 900


def bare(pictures: list[str]) -> None:
    """A process that reads pictures each time it is told to, and says when it has."""
    from plugin import Plugin  # type: ignore[import-not-found]  # the OCR plugin's folder

    manifest = json.loads((ROOT / "plugins_app" / "builtin" / "ocr" / "manifest.json").read_text())
    properties = manifest["tools"][0]["params"]["properties"]
    params = {name: one["default"] for name, one in properties.items() if "default" in one}
    plugin = Plugin()
    plugin.on_load()
    print("ready", flush=True)
    for _order in sys.stdin:
        for path in pictures:
            result = plugin.run_tool("extract_text", {"image_path": path, **params})
            json.dumps(result)
        print("done", flush=True)


class BareProcesses:
    """Two of them, warm, each with its share of the pictures."""

    def __init__(self, pictures: list[Path]) -> None:
        threads = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}
        self._processes = [
            subprocess.Popen(
                [sys.executable, __file__, "--bare", *map(str, pictures[n::PROCESSES])],
                cwd=ROOT, env=os.environ | threads, text=True,
                stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            )
            for n in range(PROCESSES)
        ]  # fmt: skip
        self._heard("ready")

    def run(self) -> float:
        """Seconds until all have read their pictures."""
        began = time.perf_counter()
        for process in self._processes:
            assert process.stdin
            process.stdin.write("go\n")
            process.stdin.flush()
        self._heard("done")
        return time.perf_counter() - began

    def _heard(self, word: str) -> None:
        for process in self._processes:
            assert process.stdout
            assert process.stdout.readline() == f"{word}\n"

    def close(self) -> None:
        """End them."""
        for process in self._processes:
            process.kill()
            process.wait()


def job(client: httpx.Client, media_ids: list[str]) -> float:
    """Seconds of one job, from the request to the commit of its last result."""
    began = time.time()
    asked: dict[str, Any] = {"plugin_id": "ocr", "media_ids": media_ids}
    answer = client.post("/v1/jobs", json=asked)
    answer.raise_for_status()
    address = f"/v1/jobs/{answer.json()['job_id']}"
    while (found := client.get(address).json())["status"] not in ("completed", "failed"):
        if time.time() - began > LIMIT_S:
            raise TimeoutError(f"The job did not end in {LIMIT_S} s.")
        time.sleep(0.2)
    if found["status"] == "failed":
        raise RuntimeError(found)
    return datetime.fromisoformat(found["finished_at"]).timestamp() - began


def draw(folder: Path, count: int) -> list[Path]:
    """Receipts that differ a little, so that each is a file of its own."""
    sample = Image.open(SAMPLE).convert("RGB")
    paths = []
    for number in range(count):
        paths.append(folder / f"receipt-{number}.png")
        ImageEnhance.Brightness(sample).enhance(1 - number / 400).save(paths[-1])
    return paths


def main() -> None:
    """Measure in interleaved rounds, print the table."""
    options = arguments()
    if options.bare:
        bare(options.bare)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the server is stopped then, too
    results: dict[str, list[float]] = {"job": [], "bare": []}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="bench-")))
        pictures = draw(folder, options.pictures)
        server = Server(folder / "data", WORKERS=str(PROCESSES))
        server.folder.mkdir()
        stack.callback(server.stop)
        server.prepare()
        server.start()
        headers = {"X-API-Key": server.api_key}
        client = stack.enter_context(
            httpx.Client(base_url=server.url, headers=headers, timeout=120)
        )
        media_ids = [upload(client, path) for path in pictures]
        processes = BareProcesses(pictures)
        stack.callback(processes.close)
        job(client, media_ids)  # from here on both hosts are warm
        processes.run()
        for number in range(options.rounds):
            for kind in ["job", "bare"] if number % 2 == 0 else ["bare", "job"]:
                seconds = job(client, media_ids) if kind == "job" else processes.run()
                results[kind].append(seconds)
                print(f"round {number + 1}  {kind}: {seconds:.2f} s", file=sys.stderr, flush=True)
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))
    report(results, options.pictures)


def upload(client: httpx.Client, path: Path) -> str:
    """Put a picture into the library; its id."""
    with path.open("rb") as file:
        answer = client.post("/v1/images", files={"file": (path.name, file, "image/png")})
    answer.raise_for_status()
    found = answer.json()
    return str(found["results"][0]["id"] if "results" in found else found["id"])


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.ocr", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--pictures", type=int, default=16)
    parser.add_argument("--json", type=Path, help="write all single results here")
    parser.add_argument("--bare", nargs="+", help=argparse.SUPPRESS)
    return parser.parse_args()


def report(results: dict[str, list[float]], pictures: int) -> None:
    """A table for people, in Markdown: medians, with the range of the rounds."""
    ratios = [bare / job for job, bare in zip(results["job"], results["bare"], strict=True)]
    print("\n| OCR, two processes | pictures/s | times the bare processes |")
    print("|---|---|---|")
    for name, kind in (("ForgeSyte, request to last result", "job"), ("bare processes", "bare")):
        speed = spread([pictures / seconds for seconds in results[kind]], "{:.2f}")
        print(f"| {name} | {speed} | {spread(ratios, '{:.2f}') if kind == 'job' else '1'} |")


if __name__ == "__main__":
    main()
