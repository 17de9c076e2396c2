"""What a server costs that has nothing to do: CPU time of a worker node and of the web server."""

import argparse
import json
import tempfile
import time
from pathlib import Path

from benchmarks.peers.processes import cpu_seconds
from tests.server import Server

SETTLING_S = 15


def main() -> None:
    """Start a server with two workers, leave it alone, print a table."""
    options = arguments()
    shares: dict[str, list[float]] = {"worker": [], "web": []}
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        server = Server(Path(folder), WORKERS="2")
        try:
            server.prepare()
            server.start()
            time.sleep(SETTLING_S)
            for _round in range(options.rounds):
                for part, share in used(server, options.seconds).items():
                    shares[part].append(share)
        finally:
            server.stop()
    if options.json:
        options.json.write_text(json.dumps(shares, indent=1))
    print("\n| idle | per cent of a core |\n|---|---|")
    for part, found in shares.items():
        name = "a node with two workers" if part == "worker" else "the web server"
        print(f"| {name} | {min(found):.2f} - {max(found):.2f} |")


def used(server: Server, seconds: float) -> dict[str, float]:
    """Per cent of a core that each part takes."""
    pids = {part: [process.pid] for part, process in server.processes.items()}
    before, began = {part: cpu_seconds(roots) for part, roots in pids.items()}, time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - began
    return {part: (cpu_seconds(roots) - before[part]) / took * 100 for part, roots in pids.items()}


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.idle", description=__doc__)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--json", type=Path, help="write all single results here")
    return parser.parse_args()


if __name__ == "__main__":
    main()
