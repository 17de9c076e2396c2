"""Users, keys, media, jobs and results for tests, made the way the server makes them.

Media go through the real intake (hashed, sniffed, probed in a child process) and jobs through the
real submission; ``run_jobs`` executes them in a real plugin host, without worker processes.
Further down are rows written directly, as uploads and workers would leave them: ``media_row``,
``job_row``, ``finish``, ``make_results`` and others, which need no plugin and no time.
"""

import contextlib
import io
import itertools
import json
import tempfile
from datetime import timedelta
from pathlib import Path

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from PIL import Image
from rest_framework.test import APIClient

from jobs import intake, storage
from jobs.engine import fair_turn
from jobs.engine.sql import Selection
from jobs.intake.upload import HashedUpload, HashingUploadHandler
from jobs.models import ApiKey, Artifact, Blob, Job, JobItem, Media, Worker
from jobs.submission import plan, submit
from plugins_app.models import Plugin
from plugins_app.outputs import KINDS

PLUGINS = Path(__file__).parent / "plugins_for_tests"
"""Plugin folders that tests may register; ``echo`` is the one most of them want."""

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
OCR_RESULT = {
    "text": "Total 12.50",
    "lines": [{"text": "Total 12.50", "score": 0.98, "bbox": [10, 20, 100, 12]}],
}
ANYTHING = Selection(lanes=("cpu",), plugins=("ocr",))
"""The selection of a worker that runs everything made by ``job_row``."""

_numbers = itertools.count(1)


def make_user(name=None, *permissions, **values):
    """A user with these permissions. Without a ``password`` (hashing one is slow) only
    ``force_login`` logs them in."""
    user = get_user_model().objects.create_user(name or f"person{next(_numbers)}", **values)
    if permissions:
        user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def make_key(owner, scopes=None):
    """The text of a new API key."""
    return ApiKey.objects.issue(owner, f"key {next(_numbers)}", scopes)[0]


def api_client(owner=None, scopes=None):
    """An API client with its own key; without an owner, it has none."""
    client = APIClient()
    if owner is not None:
        client.credentials(HTTP_X_API_KEY=make_key(owner, scopes))
    return client


def picture(width=40, height=30, kind="PNG", color=None):
    """The bytes of an image; without a color, each call returns a different picture."""
    number = next(_numbers)
    paint = color or (number % 256, number // 256 % 256, 128)
    stream = io.BytesIO()
    Image.new("RGB", (width, height), paint).save(stream, kind)
    return stream.getvalue()


def form_file(name="a.png", data=None, content_type="image/png"):
    """A file for a multipart form."""
    return SimpleUploadedFile(name, picture() if data is None else data, content_type)


def uploaded(name="a.png", data=None, content_type="image/png") -> HashedUpload:
    """An upload as the server's own handler produces it: on disk and hashed."""
    content = picture() if data is None else data
    handler = HashingUploadHandler()
    handler.new_file("file", name, content_type, len(content))
    handler.receive_data_chunk(content, 0)
    return handler.file_complete(len(content))


def make_media(owner, name="a.png", data=None) -> Media:
    """A picture in this user's library."""
    with contextlib.closing(uploaded(name, data)) as upload:
        return intake.receive(owner, upload)


def make_video(owner, name="a.mp4", frames=10, **how) -> Media:
    """A drawn video in this user's library."""
    return make_media(owner, name, film(name, frames, **how))


def film(name="a.mp4", frames=10, **how):
    """The bytes of a drawn video (tests/video/clips.py), its container by the name."""
    from tests.video.clips import clip

    with tempfile.TemporaryDirectory() as folder:
        return clip(Path(folder) / name, frames, **how).read_bytes()


def make_job(owner, media=None, plugin="echo", tools=("default",), **options) -> Job:
    """A pending job of this user, by default one new picture for the echo plugin."""
    if media is None:
        media = [make_media(owner)]
    kinds = {medium.kind for medium in media}
    return submit(owner, plan(plugin, kinds, tools=tools, **options), media)


def run_jobs() -> int:
    """Execute all pending items in this process. Returns how many ran."""
    from jobs.engine import ticket

    executed = 0
    while ran := ticket.run():
        executed += ran
    return executed


def make_finished_job(owner, *args, **options) -> Job:
    """A job of this user that has ended."""
    job = make_job(owner, *args, **options)
    run_jobs()
    job.refresh_from_db()
    return job


def media_row(owner, name="a.png", kind="image", size=(40, 30), frames=1, data=PNG, **values):
    """An upload whose file and thumbnail are stored; ``values`` are those of its blob."""
    number, extension = next(_numbers), name.rpartition(".")[2]
    if kind == "video":
        values = {"duration_s": frames / 25, "probe": {"fps": 25.0}} | values
    blob = Blob.objects.create(
        owner=owner,
        **{
            "sha256": f"{number:064x}",
            "kind": kind,
            "content_type": "image/png" if kind == "image" else "video/mp4",
            "size_bytes": len(data),
            "file": storage.save_bytes(f"{kind}/input/{number}.{extension}", data).name,
            "thumbnail": storage.save_bytes(f"{kind}/input/{number}.webp", PNG).name,
            "width": size[0],
            "height": size[1],
            "frame_count": frames,
            **values,
        },
    )
    return Media.objects.create(owner=owner, blob=blob, filename=name)


def job_row(owner, media=None, items=1, **values) -> Job:
    """A pending job with ``items`` items for one tool on one medium, in its fair turn."""
    media = media or media_row(owner)
    turn = fair_turn.next_turn(owner)
    job = Job.objects.create(
        owner=owner,
        **{
            "job_type": "image",
            "plugin_id": "ocr",
            "plugin_version": "1.0.0",
            "tools": ["extract_text"],
            "tool_params": {"extract_text": {"detail": "lines"}},
            "turn": turn,
            "total": items,
            **values,
        },
    )
    JobItem.objects.bulk_create(
        JobItem(
            job=job,
            media=media,
            position=position,
            plugin_id=job.plugin_id,
            tool=job.tools[0],
            turn=turn + position,
            priority=job.priority,
        )
        for position in range(items)
    )
    return job


def finish(item, result=OCR_RESULT, **values):
    """Make an item, and its job when it is the only one, look completed."""
    now = timezone.now()
    changes = {
        "status": "completed",
        "attempt": 1,
        "run": {"plugin": "ocr", "version": "1.0.0", "cpu_s": 1.25, "params": {"detail": "lines"}},
        "log": "model loaded",
        "started_at": now - timedelta(seconds=65),
        "finished_at": now,
        **_result_file(f"image/output/{item.pk}.json", result),
        **values,
    }
    JobItem.objects.filter(pk=item.pk).update(**changes)
    _end_job(item, changes["status"], changes["started_at"], now)


def fail(item, message="The page is upside down.", reason="tool_error", **values):
    """Make an item, and its job when it is the only one, look failed."""
    now = timezone.now()
    JobItem.objects.filter(pk=item.pk).update(
        status="failed", error_type=reason, error_message=message, finished_at=now, **values
    )
    _end_job(item, "failed", None, now)


def _end_job(item, status, started_at, finished_at):
    Job.objects.filter(pk=item.job_id, total=1).update(
        status=status, ended=1, started_at=started_at, finished_at=finished_at
    )


def make_results(owner, *work) -> Job:
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
        item.run = {"version": "1.0", "input_sha256": medium.blob.sha256, "params": {}}
        where = f"{medium.kind}/output/{job.pk}/{item.pk}/1/result.json"
        for name, value in _result_file(where, result).items():
            setattr(item, name, value)
        item.save()
    return job


def make_result(owner, kind, result, name="a.png", **medium) -> JobItem:
    """One completed result on its own medium."""
    return make_results(owner, (media_row(owner, name, **medium), kind, result)).items.get()


def _result_file(where, result):
    """Store a result (a document, or its text or bytes). Returns the item columns for it."""
    text = result if isinstance(result, str | bytes) else json.dumps(result)
    stored = storage.save_bytes(where, text.encode() if isinstance(text, str) else text)
    return {
        "result": stored.name,
        "result_size_bytes": stored.size_bytes,
        "result_sha256": stored.sha256,
    }


def make_artifact(item, content_type="image/png", name="overlay") -> Artifact:
    """A stored file in addition to a result."""
    stored = storage.save_bytes(f"image/output/{item.pk}/{name}", PNG)
    return Artifact.objects.create(
        item=item,
        name=name,
        kind="picture",
        content_type=content_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        file=stored.name,
    )


def make_worker(host="node1", silent_for_s=0, **values) -> Worker:
    """A worker node whose last heartbeat was this many seconds ago."""
    defaults = {
        "pid": 4711,
        "processes": 2,
        "lanes": ["cpu"],
        "plugins": {"ocr": {"version": "1.0.0", "digest": "abcdef0123456789"}},
        "version": "0.1.0",
        "seen_at": timezone.now() - timedelta(seconds=silent_for_s),
    }
    return Worker.objects.create(host=host, **defaults | values)


def make_plugin(plugin_id="ocr", *tools, **values) -> Plugin:
    """An installed plugin, with what lists need."""
    defaults = {
        "name": plugin_id.upper(),
        "version": "1.0.0",
        "source": "builtin",
        "available": True,
        "manifest": {"tools": [{"id": tool} for tool in tools or ("extract_text",)]},
    }
    return Plugin.objects.update_or_create(id=plugin_id, defaults=defaults | values)[0]


def drawn_plugin() -> Plugin:
    """The database row of a plugin with a tool for each output kind."""
    tools = [
        {"id": kind, "title": kind, "inputs": ["image_bytes", "video_path"], "output": kind,
         "params": {"type": "object", "properties": {}}}
        for kind in KINDS
    ]  # fmt: skip
    manifest = {"id": "drawn", "name": "Drawn", "version": "1.0", "tools": tools}
    return make_plugin("drawn", name="Drawn", version="", source="folder", manifest=manifest)
