"""Uploads on their way to the disk: hashed as they stream, never entirely in memory."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler

from jobs import storage
from jobs.intake.sniff import kind_of
from jobs.models import MediaKind
from plugins_app.sdk.signatures import ARCHIVE_HEADS, HEAD_BYTES


def limit_bytes(kind: str | None) -> int:
    """The maximum size of a file of this kind; anything but a video has the limit of images."""
    limit = settings.MAX_VIDEO_BYTES if kind == MediaKind.VIDEO else settings.MAX_IMAGE_BYTES
    return int(limit)


def no_room_for(size_bytes: int) -> bool:
    """Whether this many more bytes would leave less free disk space than the floor."""
    return storage.free_bytes() - size_bytes < settings.FREE_DISK_FLOOR_BYTES


class HashedUpload(TemporaryUploadedFile):
    """An uploaded file on disk, with its first bytes and the SHA-256 of all its bytes."""

    sha256: str = ""
    head: bytes = b""
    too_large: bool = False
    no_room: bool = False

    @property
    def kind(self) -> str | None:
        """``image`` or ``video`` by its first bytes, or None."""
        return kind_of(self.head)


class HashingUploadHandler(TemporaryFileUploadHandler):
    """Writes each file to ``UPLOAD_DIR`` and hashes it.

    Beyond the limit of its kind, which the first bytes determine, the rest is read and discarded,
    so that the client sees the response instead of a broken connection; intake then refuses the
    file. The same applies if the disk has no room for the whole request.
    """

    file: HashedUpload
    _request_bytes = 0

    def handle_raw_input(
        self,
        input_data: Any,
        META: Any,  # noqa: N803 - as Django calls it
        content_length: int,
        *args: Any,
        **kwargs: Any,
    ) -> Any:
        self._request_bytes = content_length
        return super().handle_raw_input(input_data, META, content_length, *args, **kwargs)

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = HashedUpload(
            self.file_name or "", self.content_type, 0, self.charset, self.content_type_extra
        )
        self.file.no_room = no_room_for(self._request_bytes)
        self._hash = hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        file = self.file
        if len(file.head) < HEAD_BYTES:
            file.head = (file.head + raw_data)[:HEAD_BYTES]
        is_archive = file.head.startswith(ARCHIVE_HEADS)
        if start + len(raw_data) > limit_bytes(MediaKind.VIDEO if is_archive else file.kind):
            file.too_large = True
        if file.too_large or file.no_room:
            return
        self._hash.update(raw_data)
        file.write(raw_data)

    def file_complete(self, file_size: int) -> HashedUpload:
        self.file.seek(0)
        self.file.size = file_size
        self.file.sha256 = self._hash.hexdigest()
        return self.file
