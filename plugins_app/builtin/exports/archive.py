"""Writes reproducible zip archives: the same content gives the same bytes."""

import contextlib
import hashlib
import shutil
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

EPOCH = (1980, 1, 1, 0, 0, 0)
"""The earliest time that a zip archive can store."""
UNIX = 3
PLAIN_FILE = 0o100644 << 16


@dataclass(frozen=True)
class Member:
    """A file in the archive."""

    name: str
    size_bytes: int
    sha256: str


class Archive:
    """Writes files one after another. The archive's directory lists them sorted by name."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.members: list[Member] = []
        self._zip = zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=6)

    @contextlib.contextmanager
    def file(self, name: str) -> Iterator["HashedFile"]:
        """Open a file in the archive for writing until the block ends, one at a time."""
        info = zipfile.ZipInfo(name, EPOCH)
        info.compress_type = zipfile.ZIP_DEFLATED
        info.create_system = UNIX
        info.external_attr = PLAIN_FILE
        with self._zip.open(info, "w", force_zip64=True) as stream:
            hashed = HashedFile(stream)
            yield hashed
        self.members.append(Member(name, hashed.size_bytes, hashed.sha256))

    def close(self) -> None:
        """Write the archive's directory and close it."""
        self._zip.filelist.sort(key=lambda info: info.filename.encode())
        self._zip.close()


class HashedFile:
    """Counts and hashes what is written through it."""

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._digest = hashlib.sha256()
        self.size_bytes = 0

    @property
    def sha256(self) -> str:
        """SHA-256 of what has been written so far, hexadecimal."""
        return self._digest.hexdigest()

    def write(self, data: bytes) -> int:
        """Write bytes. Returns how many were written."""
        self._digest.update(data)
        self.size_bytes += len(data)
        return self._stream.write(data)

    def text(self, text: str) -> None:
        """Write a text as UTF-8."""
        self.write(text.encode())

    def flush(self) -> None:
        """Do nothing; some writers call this on files."""


def extract_only_member(archive: Path, to: Path) -> None:
    """Unpack the only file in an archive."""
    with (
        zipfile.ZipFile(archive) as packed,
        packed.open(packed.infolist()[0]) as source,
        to.open("wb") as target,
    ):
        shutil.copyfileobj(source, target)
