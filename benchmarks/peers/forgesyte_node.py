"""ForgeSyte: a real worker node, items made by a real submission.

``BENCH_PATH=queue``: items are claimed and completed and nothing else, as the other queues' are
two row updates and nothing else. ``BENCH_PATH=whole``: each runs in the plugin host, and its
result is a synced file with a record. Run as a script with ``worker``, it is the worker.
"""

import io
import os
import sys
import time
from functools import cache
from pathlib import Path
from typing import Any

import django

from benchmarks.peers.rows import Item

ROOT = Path(__file__).resolve().parents[2]
COMMANDS = [[sys.executable, "-m", "benchmarks.peers.forgesyte_node", "worker"]]

os.environ["DJANGO_SETTINGS_MODULE"] = "forgesyte.settings"
os.environ.setdefault("DATABASE_URL", os.environ.get("BENCH_DATABASE", ""))
os.environ.setdefault("DATA_DIR", os.environ.get("BENCH_FOLDER", ""))
os.environ["PLUGIN_DIRS"] = str(ROOT / "benchmarks" / "plugins")
os.environ["WORKERS"] = "2"
os.environ["FREE_DISK_FLOOR_MB"] = "0"
django.setup()

from django.contrib.auth import get_user_model  # noqa: E402
from django.core.management import call_command  # noqa: E402
from PIL import Image  # noqa: E402

from jobs import intake  # noqa: E402
from jobs.engine import lifecycle, ticket  # noqa: E402
from jobs.engine.lifecycle import Outcome  # noqa: E402
from jobs.intake.upload import HashingUploadHandler  # noqa: E402
from jobs.models import ItemStatus, JobItem, Media  # noqa: E402
from jobs.submission import plan, submit  # noqa: E402
from plugins_app.sync import sync_plugins  # noqa: E402

_items: dict[int, Any] = {}
_media: dict[range, list[Media]] = {}


def prepare() -> None:
    """Make the database, a user and a picture."""
    call_command("migrate", verbosity=0)
    sync_plugins()
    _picture()


def picture() -> bytes:
    """A small PNG."""
    stream = io.BytesIO()
    Image.new("RGB", (64, 48), "teal").save(stream, "PNG")
    return stream.getvalue()


@cache
def owner() -> Any:
    """Whose items they are."""
    return get_user_model().objects.create_user("bench")


@cache
def _picture() -> Media:
    data = picture()
    handler = HashingUploadHandler()
    handler.new_file("file", "a.png", "image/png", len(data))
    handler.receive_data_chunk(data, 0)
    return intake.receive(owner(), handler.file_complete(len(data)))


def stage(numbers: range) -> None:
    """Make media for these items, all of the same bytes, before anything is measured."""
    first = _picture()
    _media[numbers] = Media.objects.bulk_create(
        Media(owner=first.owner, blob=first.blob, filename=first.filename) for _number in numbers
    )


def enqueue(numbers: range, seconds: float) -> None:
    """Submit one job of so many items."""
    wanted = plan("noop", "image", tools=["nothing"], params={"seconds": seconds})
    job = submit(owner(), wanted, _media.pop(numbers))
    for item in JobItem.objects.filter(job=job):
        _items[numbers.start + item.position] = item.pk


def note(number: int, job_id: str) -> None:
    """Remember which item has this number: the only one of that job."""
    _items[number] = JobItem.objects.get(job=job_id).pk


def items(numbers: range) -> list[Item]:
    """What became of these items."""
    found = JobItem.objects.in_bulk([_items[number] for number in numbers])
    return [_as_item(found[_items[number]]) for number in numbers]


def _as_item(row: JobItem) -> Item:
    """An item's result is committed once or never: that is what the fence is for."""
    return Item(
        pid=int(row.worker.split(":")[-2]) if row.worker else None,
        started=row.started_at.timestamp() if row.started_at else None,
        finished=row.finished_at.timestamp() if row.finished_at else None,
        finishes=int(row.status == ItemStatus.COMPLETED),
    )


def count_finished(numbers: range) -> int:
    """How many of these items are done; all later ones are of these numbers too."""
    first = min(_items[number] for number in numbers)
    return JobItem.objects.filter(pk__gte=first, status=ItemStatus.COMPLETED).count()


def _only_the_queue(claim: Any, plugin: Any, hosts: Any, must_stop: Any, what_next: Any) -> Any:
    """In the place of ``execute``: complete the item, take the next one."""
    if claim.params["seconds"]:
        time.sleep(claim.params["seconds"])
    name = f"image/output/{claim.item_id}/result.json"
    outcome = Outcome(name, 2, "0" * 64, {"plugin": "noop"}, "", [])
    if (selection := what_next()) is None:
        lifecycle.complete(claim, outcome)
        return None
    return lifecycle.complete_and_claim(claim, outcome, selection)[1]


if __name__ == "__main__":
    if os.environ["BENCH_PATH"] == "queue":
        ticket.execute = _only_the_queue
    call_command("worker")
