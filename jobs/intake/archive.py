"""Splits zip archives into single uploads, trusting nothing that the archive says.

No file is written under a name from the archive: each member streams through the same handler as
any upload, hashed and cut at its limit, so paths that climb out of a folder have no effect. Sizes
claimed by the archive are ignored; the bytes actually unpacked are counted. Format:
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT
"""

import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import IO, Any

from django.conf import settings
from django.core.files.base import File

from jobs.intake.upload import HashedUpload, HashingUploadHandler, no_room_for
from jobs.refusal import Refusal
from plugins_app.sdk.signatures import ARCHIVE_HEADS

MAX_MEMBERS = 1000
MAX_DIRECTORY_BYTES = 1024 * 1024
"""Limit for the list of members, which is read into memory."""
CHUNK = 1024 * 1024
END = struct.Struct("<4s4H2LH")
ZIP64 = b"PK\x06\x07"
UTF8 = 0x800
ENCRYPTED = 0x1
UNICODE_PATH = 0x7075
METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
CLUTTER = ("__macosx", "thumbs.db", "desktop.ini")
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    OSError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
)


@dataclass(frozen=True)
class Member:
    """One file of an archive as an upload; ``path`` is its name in the archive."""

    path: str
    upload: HashedUpload


def is_archive(upload: File) -> bool:
    """Whether an upload is a zip archive, by its first bytes."""
    return isinstance(upload, HashedUpload) and upload.head.startswith(ARCHIVE_HEADS)


def members(upload: Any) -> Iterator[Member]:
    """The files of an archive, one after another; close each before the next.

    Skips folders, hidden files and files that operating systems add. Raises Refusal if the archive
    is damaged, encrypted or over a limit, as soon as the member that shows it is reached.
    """
    if upload.too_large:
        limit_mb = settings.MAX_VIDEO_BYTES // settings.MIB
        raise Refusal(413, f"The archive is larger than {limit_mb} MB.")
    if upload.no_room:
        raise Refusal(503, "The server's disk is nearly full, so uploads are paused. Try later.")
    _check_directory(upload)
    left = settings.MAX_VIDEO_BYTES
    try:
        with zipfile.ZipFile(upload) as archive:
            for info in _wanted(archive):
                member = _extract(archive, info, left)
                left -= member.upload.size or 0
                yield member
    except BROKEN as error:
        raise Refusal(400, "The archive is damaged, so the rest of it was not read.") from error


def _check_directory(upload: File) -> None:
    """Check the size of the member list before it is read; locates the end record as zipfile does.

    Raises Refusal.
    """
    size = upload.seek(0, 2)
    tail_start = max(size - END.size - 0xFFFF, 0)
    upload.seek(tail_start)
    tail = upload.read()
    at = len(tail) - END.size
    if at < 0 or not (tail[at:].startswith(b"PK\x05\x06") and tail.endswith(b"\0\0")):
        at = tail.rfind(b"PK\x05\x06")
    if at < 0 or len(tail) - at < END.size:
        raise Refusal(400, "The archive has no end record: it is damaged or incomplete.")
    _, _, _, _, count, directory_bytes, _, _ = END.unpack_from(tail, at)
    if ZIP64 in tail[max(at - 20, 0) : at] or count > MAX_MEMBERS:
        raise Refusal(413, f"An archive may have up to {MAX_MEMBERS} files. Send several archives.")
    if directory_bytes > MAX_DIRECTORY_BYTES:
        raise Refusal(413, "The archive's list of files is too long. Send several archives.")
    upload.seek(0)


def _wanted(archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    infos = [info for info in archive.infolist() if not info.is_dir() and not _is_clutter(info)]
    if not infos:
        raise Refusal(400, "The archive has no files.")
    if len(infos) > MAX_MEMBERS:
        raise Refusal(413, f"An archive may have up to {MAX_MEMBERS} files. Send several archives.")
    if any(info.flag_bits & ENCRYPTED for info in infos):
        raise Refusal(400, "The archive is encrypted. Send one without a password.")
    if any(info.compress_type not in METHODS for info in infos):
        text = "The archive uses an unusual compression method. Pack it as an ordinary zip."
        raise Refusal(400, text)
    return infos


def _is_clutter(info: zipfile.ZipInfo) -> bool:
    parts = info.filename.replace("\\", "/").lower().split("/")
    return parts[0] in CLUTTER or parts[-1] in CLUTTER or parts[-1].startswith(".")


def _extract(archive: zipfile.ZipFile, info: zipfile.ZipInfo, left: int) -> Member:
    path = _name(info)
    with archive.open(info) as stream:
        upload = _streamed(stream, path, left)
    if upload.head.startswith(ARCHIVE_HEADS):
        upload.close()
        raise Refusal(400, f"{path} is an archive inside the archive. Send it separately.")
    return Member(path, upload)


def _streamed(stream: IO[bytes], path: str, left: int) -> HashedUpload:
    """Write a member to disk as an upload, within its own limit and the ``left`` bytes in total."""
    handler = HashingUploadHandler()
    handler.new_file("file", path, "application/octet-stream", None)
    written = 0
    try:
        while piece := stream.read(CHUNK):
            handler.receive_data_chunk(piece, written)
            written += len(piece)
            if handler.file.too_large or no_room_for(0):
                handler.file.no_room = not handler.file.too_large
                break
            if written > left:
                limit_mb = settings.MAX_VIDEO_BYTES // settings.MIB
                raise Refusal(413, f"Unpacked, the archive is larger than {limit_mb} MB.")
    except BaseException:
        handler.file.close()
        raise
    return handler.file_complete(written)


def _name(info: zipfile.ZipInfo) -> str:
    """The member's path: by the UTF-8 flag, by the Unicode path field, or else by a good guess.

    Without either, the format prescribes code page 437, but most such archives contain UTF-8.
    """
    if info.flag_bits & UTF8:
        return info.filename
    raw = info.orig_filename.encode("cp437", "replace")
    named = _unicode_path(info.extra, raw)
    if named:
        return named
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return info.filename


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """The Info-ZIP Unicode path field, if its checksum matches this name; else ``""``."""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<HH", extra)
        body, extra = extra[4 : 4 + size], extra[4 + size :]
        if kind == UNICODE_PATH and len(body) > 5:
            (checksum,) = struct.unpack_from("<L", body, 1)
            if checksum == zlib.crc32(raw):
                return body[5:].decode("utf-8", "replace")
    return ""
