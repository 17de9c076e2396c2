"""Selections: lists of results, stored as media so that export jobs have an input like all others.

The same list of the same owner has the same bytes and is stored once.
"""

import hashlib
import json
from collections.abc import Callable, Sequence
from typing import Any

from django.db import IntegrityError, transaction

from jobs import storage
from jobs.exporting.choosing import Chosen
from jobs.ids import random_name
from jobs.models import Blob, Job, Media, MediaKind
from jobs.refusal import Refusal

CONTENT_TYPE = "application/json"
TRIES = 5


def document(results: Sequence[Chosen]) -> bytes:
    """The list as JSON, sorted so that the same results give the same bytes."""
    rows = sorted({(str(one.media_id), str(one.id), one.result_sha256) for one in results})
    lines = [
        json.dumps({"id": result, "media_id": medium, "result_sha256": digest})
        for medium, result, digest in rows
    ]
    return ('{"results":[\n' + ",\n".join(lines) + "\n]}\n").encode()


def with_selection(
    owner: Any,
    data: bytes,
    filename: str,
    find: Callable[[Blob], Job | None],
    make: Callable[[Media], Job],
) -> Job:
    """The job that ``find`` returns for the bytes, or else ``make`` creates for a new medium.

    Both run in one transaction that locks the bytes' row, so that simultaneous requests make one
    job. The sweep removes a file that no row points to in the end. Raises Refusal.
    """
    digest = hashlib.sha256(data).hexdigest()
    blobs = Blob.objects.filter(owner=owner, sha256=digest)
    name = ""
    for _try in range(TRIES):
        if not name and not blobs.exists():
            name = storage.save_bytes(f"selection/input/{random_name()}.json", data).name
        try:
            with transaction.atomic():
                blob = blobs.select_for_update().first()
                if blob is None and not name:  # deleted since the look above
                    continue
                job = find(blob) if blob else None
                if job is None:
                    blob = blob or _create(owner, digest, name, data)
                    medium = Media.objects.create(owner=owner, blob=blob, filename=filename)
                    job = make(medium)
        except IntegrityError:  # another request was first
            continue
        if name and blob and blob.file.name != name:
            storage.delete([name])
        return job
    raise Refusal(409, "The same export is being asked for elsewhere. Try again.")


def _create(owner: Any, digest: str, name: str, data: bytes) -> Blob:
    return Blob.objects.create(
        owner=owner,
        sha256=digest,
        kind=MediaKind.SELECTION,
        content_type=CONTENT_TYPE,
        size_bytes=len(data),
        file=name,
        width=0,
        height=0,
        probe={"results": data.count(b"\n") - 2},
    )
