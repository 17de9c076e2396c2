"""The sweep: removes files that no row points to, left by failed attempts and uploads.

A file is written before the row that points to it, so the row of a new file may still follow.
Only old files are removed, and each is looked up once more right before it is.
"""

import contextlib
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.files.storage import default_storage
from django.utils import timezone

from jobs import storage
from jobs.models import Artifact, Blob, JobItem, MediaKind

MIN_AGE = timedelta(hours=1)


@dataclass
class Swept:
    """What a sweep removed: names in the storage, and leftover work folders."""

    files: list[str] = field(default_factory=list)
    work: list[str] = field(default_factory=list)


def sweep(min_age: timedelta = MIN_AGE) -> Swept:
    """Remove files and work folders older than ``min_age`` that nothing refers to."""
    before = timezone.now() - min_age
    swept = Swept()
    for kind in MediaKind.values:
        for name in _walk(f"{kind}/input"):
            if not _is_input(name):
                _remove_if_old(name, before, swept)
        for name in _walk(f"{kind}/output"):
            if not _is_output(name):
                _remove_if_old(name, before, swept)
    _clear_work(before, swept)
    return swept


def run() -> None:
    """The scheduled sweep."""
    sweep()


def _walk(folder: str) -> Iterator[str]:
    try:
        folders, files = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    for name in files:
        yield f"{folder}/{name}"
    for name in folders:
        yield from _walk(f"{folder}/{name}")


def _is_input(name: str) -> bool:
    return Blob.objects.filter(file=name).exists() or Blob.objects.filter(thumbnail=name).exists()


def _is_output(name: str) -> bool:
    try:
        item = UUID(name.split("/")[3][:36])  # what follows is the attempt
    except (IndexError, ValueError):
        return True  # not named by us, so not ours to remove
    result = JobItem.objects.filter(pk=item, result=name)
    return result.exists() or Artifact.objects.filter(item=item, file=name).exists()


def _remove_if_old(name: str, before: datetime, swept: Swept) -> None:
    with contextlib.suppress(FileNotFoundError):
        if default_storage.get_modified_time(name) < before:
            storage.delete([name])
            swept.files.append(name)


def _clear_work(before: datetime, swept: Swept) -> None:
    """Remove work folders and partial uploads of processes that were killed."""
    for path in Path(settings.UPLOAD_DIR).iterdir():
        with contextlib.suppress(FileNotFoundError):
            if path.stat().st_mtime < before.timestamp():
                shutil.rmtree(path) if path.is_dir() else path.unlink()
                swept.work.append(path.name)
