"""A video job from request to result, beside a loop that does the same and nothing else.

The job goes through the API of a real server to a worker and its warm plugin host; it is timed
from the request (upload included) to the moment its result is committed. The loop reads the same
file with ``cv2.VideoCapture`` in a process of its own, finds and tracks motion with the same code,
and writes the same JSON; it is timed from opening the file. Both have one thread for OpenCV's
functions. Rounds are interleaved, and ratios are taken within a round.
"""

import argparse
import json
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import cv2
import httpx
import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "plugins_app" / "builtin" / "motion-tracker")]

from motion_detector import MotionDetector  # noqa: E402  # the path is set above
from motion_groups import Groups  # noqa: E402

from benchmarks.figures import spread  # noqa: E402
from plugins_app.sdk.track_log import Seen, TrackLog  # noqa: E402
from plugins_app.sdk.tracking import Tracker  # noqa: E402
from tests.plugins import drawn_video  # noqa: E402
from tests.server import Server  # noqa: E402

MAX_SIDE = 640
MIN_AREA = 0.001
LIMIT_S = 900
FPS = 25


def loop(path: Path) -> None:
    """The bare loop; prints its seconds and frames as JSON."""
    cv2.setNumThreads(1)
    began = time.perf_counter()
    capture = cv2.VideoCapture(str(path))
    width, height = (int(capture.get(3)), int(capture.get(4)))
    scale = min(1.0, MAX_SIDE / max(width, height))
    detector = MotionDetector(0.5, MIN_AREA / 3, 250)
    groups = Groups(MIN_AREA * width * height * scale**2)
    tracker = Tracker(keep_s=2.0)
    log = TrackLog(5, scale, width, height, 0.3)
    frames: list[dict[str, Any]] = []
    number = 0
    while True:
        read, image = capture.read()
        if not read:
            break
        time_s = capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if scale < 1:
            size = (round(width * scale), round(height * scale))
            image = cv2.resize(image, size, interpolation=cv2.INTER_AREA)
        blobs = detector.detect(image)
        tracker.predict()
        found = groups.resolve(blobs, tracker.tracks, time_s)
        boxes = np.array([one.box for one in found], np.float64).reshape(-1, 4)
        certainty = np.array([one.certainty for one in found])
        tracks = tracker.update(boxes, certainty, ["moving object"] * len(found), time_s)
        pairs = zip(tracks, found, strict=True)
        seen = [Seen(track, one.fill, one.box) for track, one in pairs if track is not None]
        frames += log.add(number, time_s, seen)
        number += 1
    tracker.finish()
    frames += log.finish()
    with tempfile.TemporaryFile("w") as file:
        json.dump({"frames": frames, "tracks": log.tracks(), "frame_count": number}, file)
    seconds = time.perf_counter() - began
    print(json.dumps({"seconds": seconds, "frames": number, "tracks": len(log.tracks())}))


def bare(path: Path) -> dict[str, Any]:
    """One run of the loop, in a fresh process; its imports are not counted."""
    command = [sys.executable, __file__, "--loop", str(path)]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


def job(client: httpx.Client, path: Path) -> dict[str, Any]:
    """One job, from the request to the commit of its result."""
    began = time.time()
    with path.open("rb") as file:
        answer = client.post(
            "/v1/video/submit",
            params={"plugin_id": "motion-tracker", "tool": "video_track"},
            files={"file": (path.name, file, "application/octet-stream")},
        )
    answer.raise_for_status()
    address = f"/v1/jobs/{answer.json()['job_id']}"
    while (found := client.get(address).json())["status"] not in ("completed", "failed"):
        if time.time() - began > LIMIT_S:
            raise TimeoutError(f"The job did not end in {LIMIT_S} s.")
        time.sleep(0.2)
    if found["status"] == "failed":
        raise RuntimeError(found)
    seconds = datetime.fromisoformat(found["finished_at"]).timestamp() - began
    result = client.get(f"{address}/result").json()
    return {
        "seconds": seconds,
        "frames": result["frame_count"],
        "tracks": len(result["tracks"]),
    }


def draw(path: Path, frames: int, size: tuple[int, int] = (1280, 720)) -> Path:
    """Squares that cross a textured ground, as H.264 in MP4."""
    squares = [
        drawn_video.Square(
            (20 + 150 * n, 60 + 70 * n), (2 + n / 4, (-1) ** n), side=50 + 5 * n, first=40 * n
        )
        for n in range(8)
    ]
    with av.open(str(path), "w") as out:
        stream = out.add_stream("libx264", rate=FPS, options={"preset": "veryfast"})
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        for number, image in enumerate(drawn_video.frames(squares, frames, size=size)):
            frame = av.VideoFrame.from_ndarray(image, "bgr24")
            frame.pts, frame.time_base = number, Fraction(1, FPS)
            out.mux(stream.encode(frame))
        out.mux(stream.encode())
    return path


def main() -> None:
    """Measure in interleaved rounds, print the table."""
    options = arguments()
    if options.loop:
        loop(options.loop)
        return
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # the server is stopped then, too
    results: dict[str, list[dict[str, Any]]] = {"job": [], "loop": []}
    with tempfile.TemporaryDirectory(prefix="bench-") as name:
        folder = Path(name)
        path = options.file or draw(folder / "drawn.mp4", options.frames)
        server = Server(folder / "data")
        server.folder.mkdir()
        try:
            server.prepare()
            server.start()
            headers = {"X-API-Key": server.api_key}
            with httpx.Client(base_url=server.url, headers=headers, timeout=120) as client:
                job(client, path)  # from here on the host is warm
                for number in range(options.rounds):
                    order = ["job", "loop"] if number % 2 == 0 else ["loop", "job"]
                    for kind in order:
                        found = job(client, path) if kind == "job" else bare(path)
                        results[kind].append(found)
                        print(f"round {number + 1}  {kind}: {found}", file=sys.stderr, flush=True)
        finally:
            server.stop()
    if options.json:
        options.json.write_text(json.dumps(results, indent=1))
    report(results)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.video", description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--frames", type=int, default=500, help="length of the drawn video")
    parser.add_argument("--file", type=Path, help="a video of your own instead of the drawn one")
    parser.add_argument("--json", type=Path, help="write all single results here")
    parser.add_argument("--loop", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def report(results: dict[str, list[dict[str, Any]]]) -> None:
    """A table for people, in Markdown: medians, with the range of the rounds."""
    pairs = zip(results["job"], results["loop"], strict=True)
    ratios = [loop["seconds"] / job["seconds"] for job, loop in pairs]
    print("\n| video, motion tracking | frames/s | times the bare loop | frames | tracks |")
    print("|---|---|---|---|---|")
    for name, kind in (("ForgeSyte, request to result", "job"), ("bare cv2 loop", "loop")):
        rounds = results[kind]
        speed = spread([one["frames"] / one["seconds"] for one in rounds], "{:.1f}")
        ratio = spread(ratios, "{:.2f}") if kind == "job" else "1"
        print(f"| {name} | {speed} | {ratio} | {rounds[0]['frames']} | {rounds[0]['tracks']} |")


if __name__ == "__main__":
    main()
