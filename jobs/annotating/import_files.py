"""The files of an import, sent one by one or in zip archives."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Any

from django.core.files.base import File

from jobs.annotating.import_coco import read_coco
from jobs.annotating.import_parsed import BoxBudget, ParsedImage
from jobs.annotating.import_yolo import is_names, is_note, read_names, read_yolo
from jobs.intake.archive import is_archive, members
from jobs.refusal import Refusal

MAX_BYTES = 20 * 1024 * 1024
"""Limit for all text of one request, which is parsed in memory."""
READ = (".json", ".txt", ".names", ".yaml", ".yml")


@dataclass
class _Texts:
    """Files to read as (path, content), and the paths of ignored ones."""

    read: list[tuple[str, bytes]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    left: int = field(default_factory=lambda: MAX_BYTES)

    def add(self, path: str, upload: Any) -> None:
        """Read the file unless it has no boxes. Raises Refusal (413) over the size limit."""
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


def read_files(uploads: Iterable[File]) -> tuple[list[ParsedImage], list[str]]:
    """The boxes of each image in the files, and the names of files without boxes.

    Raises Refusal if any file can't be read.
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
    budget = BoxBudget()
    parsed: list[ParsedImage] = []
    for path, data in texts.read:
        if path.lower().endswith(".json"):
            parsed += read_coco(path, data, budget)
        elif path.lower().endswith(".txt") and not is_names(path):
            parsed.append(read_yolo(path, data, names, budget))
    if not parsed:
        raise Refusal(
            400,
            "There are no boxes in it. Send COCO's JSON, or YOLO's text files (alone, or in a zip"
            " archive with classes.txt or data.yaml).",
        )
    return parsed, texts.ignored


def _names(files: Sequence[tuple[str, bytes]]) -> list[str] | None:
    """The names of YOLO's classes; None without any. Raises Refusal if files disagree."""
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
