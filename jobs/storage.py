"""The only access to stored files. No other code asks a storage for a path.

Names are relative and final from the start: a file is written under the name that the database
will refer to and never renamed, so that the same code works for disks and object stores.
"""

import contextlib
import errno
import hashlib
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.core.files import File
from django.core.files.base import ContentFile
from django.core.files.move import file_move_safe
from django.core.files.storage import FileSystemStorage, default_storage

from jobs.fail_points import fail_point

CHUNK = 1024 * 1024
FILE_MODE = 0o600
FOLDER_TRIES = 5


class LocalStorage(FileSystemStorage):
    """Files on the local disk that survive a power cut: file and folders are synced."""

    def save(self, name: str, content: File, max_length: int | None = None) -> str:  # type: ignore[override]
        """Write a file under exactly this name, or not at all.

        Raises OSError; FileExistsError if the name is taken, because files are never overwritten.
        """
        path = self.path(name)
        for tries_left in reversed(range(FOLDER_TRIES)):
            try:
                self._write(path, content)
            except FileNotFoundError:
                if not tries_left:
                    raise
            else:
                break
        return name

    def _write(self, path: str, content: File) -> None:
        """Write the file. FileNotFoundError if a deletion removes its empty folder meanwhile."""
        changed = make_folders(os.path.dirname(path))  # noqa: PTH120  # Path objects are slow
        try:
            if hasattr(content, "temporary_file_path"):
                file_move_safe(content.temporary_file_path(), path)
                os.chmod(path, FILE_MODE)  # noqa: PTH101
                _sync(path)
            else:
                _write_new(path, content.chunks())
            fail_point("in_store")
            for folder in changed:
                _sync(folder)
        except FileExistsError:
            raise
        except OSError:  # a partial file is worse than none
            Path(path).unlink(missing_ok=True)
            raise


def make_folders(folder: str) -> list[str]:
    """Create a folder and its missing parents. Returns the folders that have a new entry."""
    try:
        os.mkdir(folder)  # noqa: PTH102
    except FileExistsError:
        return [folder]
    except FileNotFoundError:
        above = make_folders(os.path.dirname(folder))  # noqa: PTH120
        with contextlib.suppress(FileExistsError):
            os.mkdir(folder)  # noqa: PTH102
        return [folder, *above]
    return [folder, os.path.dirname(folder)]  # noqa: PTH120


def _write_new(path: str, chunks: Iterable[bytes]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(chunks)
        file.flush()
        os.fsync(descriptor)


def _sync(path: str) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@dataclass(frozen=True)
class Stored:
    """A stored file: its name in the storage, size and SHA-256 (hexadecimal)."""

    name: str
    size_bytes: int
    sha256: str


def save_bytes(name: str, data: bytes) -> Stored:
    """Write bytes under a new name. Raises FileExistsError if it is taken."""
    saved = default_storage.save(name, ContentFile(data))
    return Stored(saved, len(data), hashlib.sha256(data).hexdigest())


def save_path(name: str, path: Path) -> Stored:
    """Copy a local file into the storage and hash it."""
    with path.open("rb") as source:
        digest = hashlib.file_digest(source, "sha256").hexdigest()
        size = source.tell()
        source.seek(0)
        saved = default_storage.save(name, File(source))
    return Stored(saved, size, digest)


def save_upload(name: str, upload: File) -> str:
    """Store an uploaded temporary file; on a local disk it is moved, not copied."""
    return default_storage.save(name, upload)


def exists(name: str) -> bool:
    return default_storage.exists(name)


def open_file(name: str) -> IO[Any]:
    """Open a stored file for reading bytes. Raises FileNotFoundError."""
    return default_storage.open(name, "rb")


@contextlib.contextmanager
def local_path(name: str) -> Iterator[Path]:
    """A path at which the stored file can be read while the block runs.

    On a local disk this is the file itself; from other storages, it is downloaded first. Raises
    FileNotFoundError if only this file is missing, another OSError if the storage is unavailable.
    """
    path: Path | None = None
    with contextlib.suppress(NotImplementedError):
        path = Path(default_storage.path(name))
    if path is not None:
        if not path.is_file():
            raise _away() if _is_away() else FileNotFoundError(name)
        yield path
        return
    with tempfile.NamedTemporaryFile(dir=settings.UPLOAD_DIR) as copy:
        with open_file(name) as source:
            shutil.copyfileobj(source, copy, CHUNK)
        copy.flush()
        yield Path(copy.name)


def path_in(folder: Path, name: str) -> Path:
    """A path at which the stored file can be read as long as ``folder`` exists.

    On a local disk this is the file itself; from other storages, it is downloaded into the folder,
    so that many can be used at once. Raises as ``local_path`` does.
    """
    copy = folder / hashlib.sha256(name.encode()).hexdigest()
    if copy.exists():
        return copy
    with local_path(name) as path:
        if Path(settings.UPLOAD_DIR) not in path.parents:
            return path
        os.link(path, copy)  # the temporary file is removed when the block ends
        return copy


def _is_away() -> bool:
    """Whether there is nothing at all: an unmounted disk shows as an empty folder."""
    root = Path(settings.MEDIA_ROOT)
    return not root.is_dir() or not any(root.iterdir())


def _away() -> OSError:
    return OSError(errno.ENODEV, "the media folder is not there")


def delete(names: Iterable[str]) -> None:
    """Delete stored files and the folders that become empty; missing files are ignored."""
    for name in filter(None, names):
        default_storage.delete(name)
        _remove_empty_parents(name)


def _remove_empty_parents(name: str) -> None:
    """On a local disk, remove the folders that a deleted file leaves empty."""
    try:
        path = Path(default_storage.path(name))
    except NotImplementedError:
        return
    root = Path(settings.MEDIA_ROOT)
    for parent in path.parents:
        if parent == root or root not in parent.parents:
            return
        try:
            parent.rmdir()
        except OSError:
            return


def free_bytes() -> int:
    """Free bytes on the disk that holds uploads and results."""
    return shutil.disk_usage(settings.DATA_DIR).free
