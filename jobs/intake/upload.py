"""Uploads on their way to the disk: hashed as they stream, never wholly in memory."""

import hashlib
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.core.files.uploadhandler import TemporaryFileUploadHandler


class HashedUpload(TemporaryUploadedFile):
    """An uploaded file on disk with the SHA-256 of its bytes."""

    sha256: str = ""
    too_large: bool = False


class HashingUploadHandler(TemporaryFileUploadHandler):
    """Writes each file to ``UPLOAD_DIR`` and hashes it.

    Past the size limit the rest is read and dropped, so that the client gets to see the answer
    instead of a broken connection; intake then refuses the file.
    """

    file: HashedUpload

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.file = HashedUpload(
            self.file_name or "", self.content_type, 0, self.charset, self.content_type_extra
        )
        self._hash = hashlib.sha256()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        if start + len(raw_data) > settings.MAX_IMAGE_BYTES:
            self.file.too_large = True
            return
        self._hash.update(raw_data)
        self.file.write(raw_data)

    def file_complete(self, file_size: int) -> HashedUpload:
        self.file.seek(0)
        self.file.size = file_size
        self.file.sha256 = self._hash.hexdigest()
        return self.file
