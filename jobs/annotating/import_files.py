"""The files of an import: as they were sent, or out of zip archives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import File

from jobs.annotating.import_coco import read_coco
from jobs.annotating.import_parsed import Given, Room
from jobs.annotating.import_yolo import is_names, is_note, read_names, read_yolo
from jobs.intake.archive import is_archive, members
from jobs.refusal import Refusal

MAX_BYTES = 20 * 1024 * 1024
"""Of all text in one request; it is parsed in memory."""
READ = (".json", ".txt", ".names", ".yaml", ".yml")


@dataclass
class _Texts:
    """The files that are read, by their paths, and the names of those that are not."""

    read: list[tuple[str, bytes]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    left: int = field(default_factory=lambda: MAX_BYTES)

    def add(self, path: str, upload: Any) -> None:
        """Read one file, if it is one of boxes. Raises Refusal."""
        if not path.lower().endswith(READ):
            self.ignored.append(path)
            return
        upload.seek(0)
        data = upload.read(self.left + 1)
        self.left -= len(data)
        if self.left < 0 or getattr(upload, "too_large", False):
            limit_mb = MAX_BYTES // (1024 * 1024)
            raise Refusal(
                413, f"Files of boxes may have {limit_mb} MB in all. Send them in several parts."
            )
        if path.lower().endswith(".txt") and is_note(path, data):
            self.ignored.append(path)
            return
        self.read.append((path, data))


def read_files(uploads: Iterable[File]) -> tuple[list[Given], list[str]]:
    """What the files say of images, and the names of files that are none of boxes.

    Raises Refusal for a file that can't be read; then nothing is to be taken of any.
    """
    texts = _Texts()
    for upload in uploads:
        name = upload.name or "A file"
        if not is_archive(upload):
            texts.add(name, upload)
            continue
        for member in members(upload):
            with member.upload:
                texts.add(member.path, member.upload)
    names = _names(texts.read)
    room = Room()
    given: list[Given] = []
    for path, data in texts.read:
        if path.lower().endswith(".json"):
            given += read_coco(path, data, room)
        elif path.lower().endswith(".txt") and not is_names(path):
            given.append(read_yolo(path, data, names, room))
    if not given:
        raise Refusal(
            400,
            "There are no boxes in it. Send COCO's JSON, or YOLO's text files (alone, or in a zip"
            " archive with classes.txt or data.yaml).",
        )
    return given, texts.ignored


def _names(files: Sequence[tuple[str, bytes]]) -> list[str] | None:
    """The names of YOLO's classes, of which there must be one version only."""
    found = [
        (path, names)
        for path, data in files
        if (is_names(path) or PurePosixPath(path).suffix == ".names")
        and (names := read_names(path, data)) is not None
    ]
    if any(names != found[0][1] for _path, names in found):
        paths = ", ".join(path for path, _names in found[:5])
        raise Refusal(422, f"The names of classes differ between {paths}. Send one list of them.")
    return found[0][1] if found else None
