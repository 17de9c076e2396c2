"""Rows for tests of the queue, written directly: no files, no plugins behind them."""

import itertools

from django.contrib.auth import get_user_model

from jobs.engine import fair_turn
from jobs.engine.sql import Selection
from jobs.models import Blob, Job, JobItem, Media

ANYTHING = Selection(lanes=("cpu",), plugins=("probe-plugin",))

_numbers = itertools.count(1)


def make_user(name=None):
    return get_user_model().objects.create_user(name or f"user{next(_numbers)}")


def make_media(owner):
    number = next(_numbers)
    blob = Blob.objects.create(
        owner=owner,
        sha256=f"{number:064x}",
        kind="image",
        content_type="image/png",
        size_bytes=1,
        file=f"image/input/{number}.png",
        width=10,
        height=10,
    )
    return Media.objects.create(owner=owner, blob=blob, filename=f"{number}.png")


def make_job(owner, items=1, **values):
    """A job of ``items`` items for one tool, in its fair turn."""
    media = make_media(owner)
    turn = fair_turn.next_turn(owner)
    job = Job.objects.create(
        owner=owner,
        job_type="image",
        plugin_id="probe-plugin",
        plugin_version="1",
        tools=["tool"],
        tool_params={"tool": {}},
        turn=turn,
        total=items,
        **values,
    )
    JobItem.objects.bulk_create(
        JobItem(
            job=job,
            media=media,
            position=position,
            plugin_id="probe-plugin",
            tool="tool",
            turn=turn + position,
            priority=job.priority,
        )
        for position in range(items)
    )
    return job
