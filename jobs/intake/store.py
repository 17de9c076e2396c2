"""Turns an upload into a Blob and a Media, or refuses it and leaves nothing behind."""

import contextlib
from collections.abc import Collection, Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.files.base import File
from django.db import (
    IntegrityError,
    InterfaceError,
    OperationalError,
    connection,
    transaction,
)

from jobs import storage
from jobs.fail_points import fail_point
from jobs.ids import random_name
from jobs.intake import names
from jobs.intake.probe import probe
from jobs.intake.sniff import ALL_KINDS, Sniffed, sniff
from jobs.intake.upload import HashedUpload, limit_bytes, no_room_for
from jobs.media_host import WorkFolder
from jobs.models import Blob, Media
from jobs.refusal import Refusal


def kinds_of(uploads: Iterable[File]) -> set[str]:
    """The kinds of media among these uploads, by their first bytes; other files are left out."""
    kinds = {upload.kind for upload in uploads if isinstance(upload, HashedUpload)}
    return {kind for kind in kinds if kind}


def receive(owner: Any, upload: File, kinds: Collection[str] = ALL_KINDS) -> Media:
    """Check one uploaded image or video, of one of these ``kinds``, and store it.

    Raises Refusal; nothing is stored then.
    """
    if not isinstance(upload, HashedUpload):
        raise TypeError("Uploads must come from HashingUploadHandler.")
    if not upload.size:
        raise Refusal(400, "The file is empty.")
    found = sniff(upload.head, kinds)
    _check_size(upload)
    upload.seek(0)
    filename = names.clean(upload.name)
    known = _on_known_blob(owner, upload.sha256, filename)
    if known is None:
        return _store(owner, upload, found, filename)
    if not storage.exists(known.blob.file.name):  # lost, so restore it from this upload
        with contextlib.suppress(FileExistsError):
            storage.save_upload(known.blob.file.name, upload)
    return known


def _on_known_blob(owner: Any, sha256: str, filename: str) -> Media | None:
    """A new Media for the existing Blob with these bytes; None if there is no such Blob."""
    with transaction.atomic():
        # The lock keeps the Blob from being deleted before the Media refers to it.
        blob = Blob.objects.select_for_update().filter(owner=owner, sha256=sha256).first()
        if blob is None:
            return None
        return Media.objects.create(owner=owner, blob=blob, filename=filename)


def _check_size(upload: HashedUpload) -> None:
    if upload.too_large:
        limit_mb = limit_bytes(upload.kind) // settings.MIB
        raise Refusal(413, f"The file is larger than {limit_mb} MB, the limit for {upload.kind}s.")
    if upload.no_room or no_room_for(0):
        raise Refusal(503, "The server's disk is nearly full, so uploads are paused. Try later.")


def _store(owner: Any, upload: HashedUpload, found: Sniffed, filename: str) -> Media:
    """Probe, write the files, then the rows. The files are removed on failure or a lost race."""
    stem = f"{found.kind}/input/{random_name()}"
    files: list[str] = []
    with WorkFolder("probe") as folder:
        probed = probe(found.kind, Path(upload.temporary_file_path()), folder)
        try:
            files.append(storage.save_upload(f"{stem}.{found.extension}", upload))
            files.append(storage.save_path(f"{stem}.thumbnail.webp", probed.thumbnail).name)
            fail_point("before_blob")
            media = write_rows(owner, upload, probed.report, files, filename)
        except BaseException as error:
            if not _may_be_committed(error):
                storage.delete(files)
            raise
    if media.blob.file.name != files[0]:
        storage.delete(files)
    return media


def write_rows(
    owner: Any,
    upload: HashedUpload,
    report: dict[str, Any],
    files: list[str],
    filename: str,
    attempts: int = 3,
) -> Media:
    """Write Blob and Media, or only a Media if another upload of the same bytes was faster."""
    try:
        with transaction.atomic():
            blob = create_blob(owner, upload, report, files)
            return Media.objects.create(owner=owner, blob=blob, filename=filename)
    except IntegrityError:
        if media := _on_known_blob(owner, upload.sha256, filename):
            return media
        if not attempts:
            raise
    # The other upload was deleted in the meantime.
    return write_rows(owner, upload, report, files, filename, attempts - 1)


def _may_be_committed(error: BaseException) -> bool:
    """Whether only the response to a commit may be lost. The sweep then handles the files."""
    return connection.vendor != "sqlite" and isinstance(error, OperationalError | InterfaceError)


def create_blob(owner: Any, upload: HashedUpload, report: dict[str, Any], files: list[str]) -> Blob:
    return Blob.objects.create(
        owner=owner,
        sha256=upload.sha256,
        kind=report["kind"],
        content_type=report["content_type"],
        size_bytes=upload.size or 0,
        file=files[0],
        thumbnail=files[1],
        width=report["width"],
        height=report["height"],
        frame_count=report["frame_count"],
        duration_s=report.get("duration_s"),
        probe=report,
    )
