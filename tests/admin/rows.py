"""Rows with real files behind them, as uploads and workers would leave them."""

import itertools
import json
from datetime import timedelta

from django.contrib.auth import get_user_model
from django.contrib.auth.models import Permission
from django.utils import timezone

from jobs import storage
from jobs.models import Artifact, Blob, Job, JobItem, Media, Worker
from plugins_app.models import Plugin

PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de"
    "0000000c49444154789c63f8cfc0000003010100c9fe92ef0000000049454e44ae426082"
)
OCR_RESULT = {
    "text": "Total 12.50",
    "lines": [{"text": "Total 12.50", "score": 0.98, "bbox": [10, 20, 100, 12]}],
}

_numbers = itertools.count(1)


def make_user(name, *permissions, **values):
    """A user with the given permissions of the jobs application."""
    user = get_user_model().objects.create_user(name, **values)
    user.user_permissions.set(Permission.objects.filter(codename__in=permissions))
    return user


def make_media(owner, filename="receipt.png", **values):
    """An upload whose file and small picture are stored."""
    number = next(_numbers)
    blob = Blob.objects.create(
        owner=owner,
        **{
            "sha256": f"{number:064x}",
            "kind": "image",
            "content_type": "image/png",
            "size_bytes": len(PNG),
            "file": storage.save_bytes(f"image/input/{number}.png", PNG).name,
            "thumbnail": storage.save_bytes(f"image/input/{number}.webp", PNG).name,
            "width": 640,
            "height": 480,
            **values,
        },
    )
    return Media.objects.create(owner=owner, blob=blob, filename=filename)


def make_job(owner, media=None, items=1, **values):
    """A pending job with so many items on one medium."""
    media = media or make_media(owner)
    turn = next(_numbers) * 1000
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
        )
        for position in range(items)
    )
    return job


def finish(item, result=OCR_RESULT, **values):
    """Make an item, and its job when it is the only one, look completed."""
    now = timezone.now()
    text = result if isinstance(result, str) else json.dumps(result)
    stored = storage.save_bytes(f"image/output/{item.pk}.json", text.encode())
    changes = {
        "status": "completed",
        "attempt": 1,
        "result": stored.name,
        "result_size_bytes": stored.size_bytes,
        "run": {"plugin": "ocr", "version": "1.0.0", "cpu_s": 1.25, "params": {"detail": "lines"}},
        "log": "model loaded",
        "started_at": now - timedelta(seconds=65),
        "finished_at": now,
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


def make_artifact(item, content_type="image/png", name="overlay"):
    """A stored file beside a result."""
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


def make_worker(host="node1", silent_for_s=0, **values):
    """A worker node that was heard of so many seconds ago."""
    return Worker.objects.create(
        host=host,
        pid=4711,
        processes=2,
        lanes=["cpu"],
        plugins={"ocr": {"version": "1.0.0", "digest": "abcdef0123456789"}},
        version="0.1.0",
        seen_at=timezone.now() - timedelta(seconds=silent_for_s),
        **values,
    )


def make_plugin(plugin_id="ocr", *tools):
    """An installed plugin, as far as lists need it."""
    values = {
        "name": plugin_id.upper(),
        "version": "1.0.0",
        "source": "builtin",
        "available": True,
        "manifest": {"tools": [{"id": tool} for tool in tools or ("extract_text",)]},
    }
    return Plugin.objects.update_or_create(id=plugin_id, defaults=values)[0]
