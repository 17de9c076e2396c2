"""From an upload to a Blob and a Media, or to a clear refusal that leaves nothing behind."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import IntegrityError, transaction

from jobs import storage
from jobs.fail_points import fail_point
from jobs.ids import random_name
from jobs.intake import names, sniff
from jobs.intake.errors import Refused
from jobs.intake.probe import WorkFolder, probe_image
from jobs.intake.upload import HashedUpload
from jobs.models import Blob, Media, MediaKind


def receive(owner: Any, upload: File) -> Media:
    """Check one uploaded image and keep it. Raises Refused; then nothing is kept."""
    if not isinstance(upload, HashedUpload):
        raise TypeError("Uploads come through HashingUploadHandler.")
    _check_size(upload)
    upload.seek(0)
    content_type = sniff.image_type(upload.read(sniff.HEAD_BYTES))
    upload.seek(0)
    filename = names.clean(upload.name)
    blob = Blob.objects.filter(owner=owner, sha256=upload.sha256).first()
    if blob is None:
        blob = _store(owner, upload, content_type)
    try:
        return Media.objects.create(owner=owner, blob=blob, filename=filename)
    except IntegrityError:  # the twin that we found was deleted in between
        upload.seek(0)
        blob = _store(owner, upload, content_type)
        return Media.objects.create(owner=owner, blob=blob, filename=filename)


def discard(media: Media) -> None:
    """Take an upload back: its row, and the bytes when no other upload uses them."""
    with transaction.atomic():
        blob = Blob.objects.select_for_update().get(pk=media.blob_id)
        media.delete()
        if not blob.media.exists():
            files = [blob.file.name, blob.thumbnail.name]
            blob.delete()
            transaction.on_commit(lambda: storage.delete(files))


def _check_size(upload: HashedUpload) -> None:
    limit_mb = settings.MAX_IMAGE_BYTES // settings.MIB
    if upload.too_large:
        raise Refused(413, f"The file is larger than {limit_mb} MB, the limit for images.")
    if not upload.size:
        raise Refused(400, "The file is empty.")
    if storage.free_bytes() < settings.FREE_DISK_FLOOR_BYTES:
        raise Refused(503, "The server's disk is nearly full, so uploads are paused. Try later.")


def _store(owner: Any, upload: HashedUpload, content_type: str) -> Blob:
    """Probe, write the files, then the row. Files of a failed or lost race are removed."""
    stem = f"image/input/{random_name()}"
    files: list[str] = []
    with WorkFolder() as folder:
        probed = probe_image(Path(upload.temporary_file_path()), folder)
        try:
            files.append(storage.save_upload(f"{stem}.{sniff.EXTENSIONS[content_type]}", upload))
            files.append(storage.save_path(f"{stem}.thumbnail.webp", probed.thumbnail).name)
            fail_point("before_blob")
            with transaction.atomic():
                return _create(owner, upload, probed.report, files)
        except IntegrityError:  # the same bytes came in twice at once, and the other was first
            storage.delete(files)
            return Blob.objects.get(owner=owner, sha256=upload.sha256)
        except BaseException:
            storage.delete(files)
            raise


def _create(owner: Any, upload: HashedUpload, report: dict[str, Any], files: list[str]) -> Blob:
    return Blob.objects.create(
        owner=owner,
        sha256=upload.sha256,
        kind=MediaKind.IMAGE,
        content_type=report["content_type"],
        size_bytes=upload.size or 0,
        file=files[0],
        thumbnail=files[1],
        width=report["width"],
        height=report["height"],
        frame_count=report["frame_count"],
        probe=report,
    )
