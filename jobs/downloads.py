"""Files for download: API, pages and admin send each under the same name and content type."""

import hashlib
from dataclasses import dataclass

from django.http import Http404

from jobs.browser import codec_of
from jobs.models import Artifact, Blob, ItemStatus, JobItem, Media
from jobs.refusal import Refusal

THUMBNAIL_TYPE = "image/webp"


@dataclass(frozen=True)
class StoredFile:
    """A file to send. ``etag`` identifies its bytes, which never change; ``codec`` is a video's
    codec, if known."""

    name: str
    etag: str
    content_type: str
    filename: str
    codec: str = ""


def stem(filename: str) -> str:
    """A file name without its extension."""
    return filename.rpartition(".")[0] or filename


def upload(medium: Media) -> StoredFile:
    """The uploaded bytes, under their original name."""
    blob = medium.blob
    return StoredFile(
        blob.file.name, blob.sha256, blob.content_type, medium.filename, codec_of(blob)
    )


def thumbnail(blob: Blob, filename: str) -> StoredFile:
    """An upload's thumbnail. Raises Http404 if it has none."""
    if not blob.thumbnail:
        raise Http404("It has no thumbnail.")
    name = blob.thumbnail.name
    digest = hashlib.sha256(name.encode()).hexdigest()
    return StoredFile(name, digest, THUMBNAIL_TYPE, f"{stem(filename)}-thumbnail.webp")


def result(item: JobItem) -> StoredFile:
    """An item's result. Raises Refusal (409) if it has none."""
    if item.status == ItemStatus.FAILED:
        raise Refusal(409, f"It failed, so there is no result: {item.error_message}")
    if not item.result:
        raise Refusal(409, f"It is {item.status}, so there is no result.")
    filename = f"{stem(item.media.filename)}-{item.tool}.json"
    return StoredFile(item.result.name, item.result_sha256, "application/json", filename)


def artifact(row: Artifact, filename: str = "") -> StoredFile:
    """A file made by a tool, under its own name unless another one is given."""
    return StoredFile(row.file.name, row.sha256, row.content_type, filename or row.name)
