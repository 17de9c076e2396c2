"""Make the data folder that a version leaves: ``python .../make_data.py ARCHIVE.tar.gz``.

Run it in the root of a checkout of that version, with this file from the newest one. It starts
that version's own server and worker, uses them through the API as people do, stops them, and
packs their data folder: the database, uploads, results, exports. ``kept.json`` beside them says
who the people are and what the server answered; ``test_older_data.py`` compares.
"""

import io
import json
import shutil
import sqlite3
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any

import httpx
from PIL import Image, ImageDraw

ROOT = Path.cwd()
sys.path.insert(0, str(ROOT))

from tests.server import Server  # noqa: E402  that of the version in the current folder

SAMPLES = ROOT / "static" / "samples"
PEOPLE = ("ada", "ben", "root")
PAGE_LIMIT = 100

POINTS_PLUGIN = '''"""A plugin as people wrote them: it marks the corners of a picture."""

from plugins_app import sdk


class Plugin:
    def run_tool(self, tool_name, args):
        sdk.progress(1, 2, "half way")
        sdk.write_artifact("note.txt", "two corners")
        return {"keypoints": [{"label": "edge", "score": 0.5, "points": [[1, 2], [7, 6]]}]}
'''
POINTS_MANIFEST = {
    "id": "corners",
    "name": "Corners",
    "version": "0.3.0",
    "description": "Marks two corners; a plugin of somebody else.",
    "tools": [
        {
            "id": "mark",
            "title": "Mark corners",
            "description": "Two points on each picture.",
            "inputs": ["image_path"],
            "params": {"type": "object", "additionalProperties": False, "properties": {}},
            "output": "keypoints",
            "timeout_s": 20,
            "memory_mb": 256,
        }
    ],
}


class Client:
    """One person's API client; what fails ends the script."""

    def __init__(self, server: Server) -> None:
        self.http = httpx.Client(
            base_url=server.url, headers={"X-API-Key": server.api_key}, timeout=120, trust_env=False
        )

    def ask(self, method: str, path: str, **how: Any) -> httpx.Response:
        answer = self.http.request(method, path, **how)
        if answer.is_error:
            raise SystemExit(f"{method} {path}: {answer.status_code} {answer.text}")
        return answer

    def get(self, path: str) -> Any:
        return self.ask("GET", path).json()

    def post(self, path: str, body: Any = None, **how: Any) -> Any:
        return self.ask("POST", path, json=body, **how).json()

    def upload(self, path: str, *files: tuple[str, bytes], **form: str) -> Any:
        parts = [("file", (name, data)) for name, data in files]
        return self.ended(self.ask("POST", path, files=parts, data=form).json())

    def ended(self, job: dict[str, Any]) -> dict[str, Any]:
        """The job once it has ended; exports too."""
        address = f"/v1/{'exports' if 'format' in job else 'jobs'}/{job['job_id']}"
        while job["status"] in ("pending", "running"):
            job = self.ask("GET", address, headers={"Prefer": "wait=10"}).json()
        return job


def picture(width: int, height: int) -> bytes:
    """A dark disc on a light ground, to be cut out."""
    image = Image.new("RGB", (width, height), (225, 222, 210))
    ImageDraw.Draw(image).ellipse((10, 8, 49, 47), fill=(30, 60, 150))
    stream = io.BytesIO()
    image.save(stream, "PNG")
    return stream.getvalue()


def code(text: str) -> bytes:
    """A QR code as a PNG."""
    import segno

    stream = io.BytesIO()
    segno.make(text).save(stream, kind="png", scale=4)
    return stream.getvalue()


def use(client: Client) -> dict[str, Any]:
    """What people do in a week. Returns ids by what they are."""
    receipt = (SAMPLES / "receipt.png").read_bytes()
    moving = (SAMPLES / "moving.mp4").read_bytes()
    read = client.upload("/v1/image/submit?plugin_id=ocr", ("receipt.png", receipt))
    codes = client.upload("/v1/jobs", ("ticket.png", code("seat 12")), plugin_id="codes")
    tracks = client.upload(
        "/v1/video/submit?plugin_id=motion-tracker&tool=video_track", ("moving.mp4", moving)
    )
    corners = client.upload("/v1/jobs", ("Ärger.png", picture(90, 60)), plugin_id="corners")

    # Masks from drawn boxes; of one picture the box lies outside, so one item fails.
    found = client.upload(
        "/v1/jobs",
        ("disc.png", picture(120, 90)),
        ("small.png", picture(56, 52)),
        plugin_id="segment",
        tool="inside_box",
        params='{"boxes": [[60, 50, 40, 30]]}',
    )
    disc, small = media_of(client, found)
    drawn = f"/v1/images/{disc}/annotations"
    client.post(drawn, [{"bbox": [8, 6, 44, 44], "label": "disc", "role": "segment"}])
    client.post(drawn, {"point": [30, 28], "role": "positive", "label": "middle"})
    client.ask(
        "PATCH", f"/v1/images/{disc}", json={"tags": ["blue", "to check"], "text_prompt": "a disc"}
    )
    client.ask("PATCH", f"/v1/images/{small}", json={"tags": ["blue"]})
    wanted = {"plugin_id": "segment", "tool": "inside_box", "media_ids": [disc, small]}
    masks = client.ended(client.post("/v1/jobs", wanted))
    unchanged = client.ended(client.post("/v1/jobs", {**wanted, "only_changed": True}))
    again = client.ended(client.post(f"/v1/jobs/{found['job_id']}/retry", {"only": "failed"}))

    text, mask, track = (items_of(client, job)[0]["id"] for job in (read, masks, tracks))
    client.post(f"/v1/results/{mask}/annotations", {"role": "negative"})
    for path in (f"{text}/overlay", f"{mask}/overlay", f"{mask}/mask"):
        client.ask("GET", f"/v1/results/{path}")
    client.ended(client.post(f"/v1/results/{track}/preview"))
    exports = {
        "yolo": {"format": "yolo", "tag": "blue"},
        "csv": {"format": "csv", "job_id": masks["job_id"]},
        "coco": {"format": "coco", "job_id": masks["job_id"]},
        "hocr": {"format": "hocr", "result_ids": [text]},
        "mot": {"format": "mot", "job_id": tracks["job_id"]},
        "jsonl": {"format": "jsonl", "result_ids": [mask, text]},
    }
    made = {name: client.ended(client.post("/v1/exports", body)) for name, body in exports.items()}
    assert {export["status"] for export in made.values()} == {"completed"}, made
    jobs = {
        "read": read, "codes": codes, "tracks": tracks, "corners": corners, "found": found,
        "masks": masks, "unchanged": unchanged, "again": again,
    }  # fmt: skip
    return {
        "jobs": {name: job["job_id"] for name, job in jobs.items()},
        "exports": {name: export["id"] for name, export in made.items()},
        "export_requests": exports,
        "images": {"disc": disc, "small": small},
    }


def items_of(client: Client, job: dict[str, Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = client.get(f"/v1/jobs/{job['job_id']}/items")["results"]
    return rows


def media_of(client: Client, job: dict[str, Any]) -> list[str]:
    return [item["media_id"] for item in items_of(client, job)]


def leave_waiting(client: Client, disc: str) -> dict[str, str]:
    """With the worker stopped: a job that nobody started, and one that was canceled."""
    wanted = {"plugin_id": "corners", "media_ids": [disc]}
    waiting, canceled = (client.post("/v1/jobs", wanted)["job_id"] for _ in range(2))
    client.ask("POST", f"/v1/jobs/{canceled}/cancel")
    return {"waiting": waiting, "canceled": canceled}


def answers(client: Client, made: dict[str, Any]) -> dict[str, Any]:
    """What the API says of all that has ended, by path."""
    paths = ["/v1/jobs?status=completed", "/v1/jobs?status=failed", "/v1/images", "/v1/videos",
             "/v1/exports"]  # fmt: skip
    for name, job in made["jobs"].items():
        if name != "waiting":
            paths += [f"/v1/jobs/{job}", f"/v1/jobs/{job}/items?limit={PAGE_LIMIT}"]
    paths += [f"/v1/exports/{export}" for export in made["exports"].values()]
    for image in made["images"].values():
        paths += [f"/v1/images/{image}", f"/v1/images/{image}/annotations"]
        paths.append(f"/v1/images/{image}/history")
    kept = {path: client.get(path) for path in paths}
    for path in [path for path in kept if "/items?" in path]:
        for item in kept[path]["results"]:
            kept[f"/v1/results/{item['id']}"] = client.get(f"/v1/results/{item['id']}")
    return kept


def files(client: Client, kept: dict[str, Any]) -> dict[str, str]:
    """SHA-256 of what can be downloaded, by path."""
    import hashlib

    paths = [f"{path}/file" for path in kept if path.startswith("/v1/exports/")]
    for path, item in kept.items():
        if path.startswith("/v1/results/") and item["status"] == "completed":
            paths.append(f"{path}/result")
            paths += [f"{path}/artifacts/{one['name']}" for one in item["artifacts"]]
    return {path: hashlib.sha256(client.ask("GET", path).content).hexdigest() for path in paths}


LEAVE_A_SWEEP_IN_THE_QUEUE = (
    "from django_q.models import Schedule;"
    "from django_q.tasks import async_task;"
    "async_task(Schedule.objects.get(name='sweep').func)"
)


def pack(folder: Path, archive: Path) -> None:
    """The data folder without logs, sockets and what else a stop leaves."""
    for name in ("run", "tmp", "web.log", "worker.log"):
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    database = folder / "forgesyte.sqlite3"
    with sqlite3.connect(database, isolation_level=None) as connection:
        connection.execute("DELETE FROM django_session")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("PRAGMA journal_mode=DELETE")
        connection.execute("VACUUM")
    with tarfile.open(archive, "w:gz", compresslevel=9) as tar:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                tar.add(path, path.relative_to(folder), filter=_anonymous)


def _anonymous(entry: tarfile.TarInfo) -> tarfile.TarInfo:
    entry.uid = entry.gid = 0
    entry.uname = entry.gname = ""
    entry.mtime = 0
    return entry


def main() -> None:
    archive = Path(sys.argv[1]).resolve()
    version = subprocess.check_output(["git", "rev-parse", "HEAD"], text=True).strip()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        plugin = folder / "plugins" / "corners"
        plugin.mkdir(parents=True)
        (plugin / "plugin.py").write_text(POINTS_PLUGIN)
        (plugin / "manifest.json").write_text(json.dumps(POINTS_MANIFEST, indent=2))
        server = Server(folder, PLUGIN_DIRS=str(plugin.parent), LOG_LEVEL="ERROR")
        server.prepare()
        try:
            server.start()
            client = Client(server)
            made = use(client)
            server.stop("worker")
            made["jobs"] |= leave_waiting(client, made["images"]["disc"])
            server.manage("pause", "gpu", "--note", "driver update")
            server.manage("shell", "-v", "0", "-c", LEAVE_A_SWEEP_IN_THE_QUEUE)
            said = answers(client, made)
            kept = {
                "commit": version,
                "api_key": server.api_key,
                "password": server.password,
                "people": PEOPLE,
                **made,
                "answers": json.loads(json.dumps(said).replace(server.url, "")),
                "files": files(client, said),
            }
        finally:
            server.stop()
        shutil.rmtree(plugin / "__pycache__", ignore_errors=True)
        (folder / "kept.json").write_text(json.dumps(kept, indent=1, ensure_ascii=False))
        pack(folder, archive)


if __name__ == "__main__":
    main()
