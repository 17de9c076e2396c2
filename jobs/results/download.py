"""The result document of a batch, generated while it is sent, so memory use stays constant."""

import json
from collections.abc import Iterator

from jobs import storage
from jobs.models import ItemStatus, Job, JobItem
from jobs.results import document

CHUNK = 256 * 1024
ITEMS_AT_ONCE = 200


def batch(job: Job) -> Iterator[bytes]:
    """A JSON list: each item's summary with its ``result`` (null if there is none)."""
    yield b"["
    items = job.items.select_related("media").defer("log", "run")
    for position, item in enumerate(items.iterator(ITEMS_AT_ONCE)):
        head = json.dumps(document.summary(item), ensure_ascii=False)
        yield (b",\n" if position else b"\n") + head[:-1].encode() + b', "result": '
        yield from _result(item)
        yield b"}"
    yield b"\n]\n"


def _result(item: JobItem) -> Iterator[bytes]:
    """The stored bytes, which are already JSON."""
    if item.status != ItemStatus.COMPLETED:
        yield b"null"
        return
    try:
        stream = storage.open_file(item.result.name)
    except FileNotFoundError:
        yield b"null"
        return
    with stream:
        while piece := stream.read(CHUNK):
            yield piece
