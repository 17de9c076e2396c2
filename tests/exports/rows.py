"""Results written directly: rows and files as workers leave them, without running a tool."""

import hashlib
import itertools
import json

from jobs import storage
from jobs.engine import fair_turn
from jobs.exporting import asking as exports
from jobs.models import Artifact, Blob, Job, JobItem, Media
from plugins_app.models import Plugin
from tests.factories import picture, run_jobs

_numbers = itertools.count(1)
OUTPUTS = ("text", "detections", "masks", "tracks", "keypoints", "codes", "json")


def drawn_plugin():
    """A plugin with a tool for each output kind, as far as the database knows."""
    tools = [
        {"id": kind, "title": kind, "inputs": ["image_bytes", "video_path"], "output": kind,
         "params": {"type": "object", "properties": {}}}
        for kind in OUTPUTS
    ]  # fmt: skip
    manifest = {"id": "drawn", "name": "Drawn", "version": "1.0", "tools": tools}
    return Plugin.objects.get_or_create(
        pk="drawn", defaults={"name": "Drawn", "source": "folder", "manifest": manifest}
    )[0]


def make_medium(owner, name="a.png", kind="image", size=(40, 30), frames=1, data=None):
    """An upload. Without ``data`` there are bytes that nobody may decode."""
    content = data or f"medium {next(_numbers)}".encode()
    extension = name.rpartition(".")[2]
    blob = Blob.objects.create(
        owner=owner,
        sha256=hashlib.sha256(content + bytes([next(_numbers) % 256])).hexdigest(),
        kind=kind,
        content_type="image/png" if kind == "image" else "video/mp4",
        size_bytes=len(content),
        file=storage.save_bytes(f"{kind}/input/{next(_numbers)}.{extension}", content).name,
        width=size[0],
        height=size[1],
        frame_count=frames,
        duration_s=frames / 25 if kind == "video" else None,
        probe={"fps": 25.0} if kind == "video" else {},
    )
    return Media.objects.create(owner=owner, blob=blob, filename=name)


def make_results(owner, *work):
    """A completed job with a result of each kind: ``work`` are (medium, kind, result)."""
    drawn_plugin()
    turn = fair_turn.next_turn(owner)
    job = Job.objects.create(
        owner=owner, job_type="image", plugin_id="drawn", plugin_version="1.0",
        tools=sorted({kind for _medium, kind, _result in work}), turn=turn, total=len(work),
        ended=len(work), status="completed",
    )  # fmt: skip
    for position, (medium, kind, result) in enumerate(work):
        item = JobItem(job=job, media=medium, position=position, plugin_id="drawn", tool=kind,
                       turn=turn + position, status="completed")  # fmt: skip
        data = result if isinstance(result, bytes) else json.dumps(result).encode()
        stored = storage.save_bytes(f"{medium.kind}/output/{job.pk}/{item.pk}/1/result.json", data)
        item.result, item.result_size_bytes = stored.name, stored.size_bytes
        item.result_sha256 = stored.sha256
        item.run = {"version": "1.0", "input_sha256": medium.blob.sha256, "params": {}}
        item.save()
    return job


def make_result(owner, kind, result, name="a.png", **medium):
    """One completed result on a medium of its own."""
    return make_results(owner, (make_medium(owner, name, **medium), kind, result)).items.get()


def readable_picture(owner, name="a.png", size=(40, 30)):
    """An upload whose pixels can be decoded."""
    return make_medium(owner, name, size=size, data=picture(*size))


def exported(owner, results, name, **options):
    """The artifact and the bytes of an export of these items, run to its end."""
    from jobs.exporting import choosing

    chosen = choosing.by_ids(owner, [one.pk for one in results])
    job = exports.request(owner, chosen, name, options)
    run_jobs()
    return finished(job)


def finished(job) -> tuple[Artifact, bytes]:
    """The file of an export that has ended well."""
    item = job.items.get()
    assert item.status == "completed", (item.error_type, item.error_message, item.log)
    artifact = exports.artifact_of(job)
    with storage.open_file(artifact.file.name) as file:
        return artifact, file.read()
