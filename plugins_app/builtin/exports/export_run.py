"""The steps that all formats share: surveying the results, writing them, and the manifest.

Results are read one at a time, twice: first to see which fit and which labels they have, then to
write them. Memory only grows with the number of names, not with the results.
"""

import hashlib
import json
import tempfile
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any, Protocol

from archive import Archive, HashedFile, extract_only_member
from export_entries import Entry, Missing, Unfit, read_entries
from export_names import Names, split

from plugins_app import sdk

MANIFEST = "manifest.json"
TOLD = 100
"""At most this many omitted results are listed in the result; the manifest lists all."""
ZIP = "application/zip"
CONTENT_TYPES = {
    ".json": "application/json",
    ".jsonl": "application/x-ndjson",
    ".csv": "text/csv",
    ".txt": "text/plain",
    ".xml": "application/xml",
    ".hocr": "application/xhtml+xml",
    ".pdf": "application/pdf",
}


class Format(Protocol):
    """A module that writes one format."""

    def look(self, entry: Entry, options: dict[str, Any]) -> Iterable[str]:
        """The labels in a result. Raises Unfit if the format can't express it."""

    def write(self, export: "Export") -> None:
        """Write the files of the results that fit."""


class Export:
    """One export in progress. ``labels`` are those of all results that fit, sorted."""

    def __init__(self, entries: Path, options: dict[str, Any], archive: Archive) -> None:
        self.options = options
        self.archive = archive
        self.labels: list[str] = []
        self.missing: list[Missing] = []
        self.left_out: dict[str, str] = {}
        self.total = 0
        self._entries = entries
        self._seen = 0
        self._files: dict[str, list[str]] = {}
        self._names: dict[str, str] = {}
        self._media_names = Names()
        self._member_names = Names(MANIFEST)

    def survey(self, writer: Format) -> None:
        """Find out which results fit and which labels they have."""
        labels: set[str] = set()
        for entry in read_entries(self._entries):
            self.total += 1
            if isinstance(entry, Missing):
                self.missing.append(entry)
                continue
            try:
                labels.update(writer.look(entry, self.options))
            except Unfit as unfit:
                self.left_out[entry.id] = str(unfit)
            sdk.progress(0, 0, f"Checking result {self.total}")
        self.labels = sorted(labels)

    @property
    def exported(self) -> int:
        """The number of results in the export."""
        return self.total - len(self.missing) - len(self.left_out)

    def entries(self) -> Iterator[Entry]:
        """The results that fit, in the order of the selection."""
        for entry in self.everything():
            if entry.id not in self.left_out:
                self._seen += 1
                sdk.progress(self._seen, self.total, f"Writing result {self._seen}")
                yield entry

    def everything(self) -> Iterator[Entry]:
        """All results that exist, including those that don't fit."""
        for entry in read_entries(self._entries):
            if isinstance(entry, Entry):
                yield entry

    def media(self) -> Iterator[list[Entry]]:
        """The results that fit, grouped by medium."""
        self._seen = 0
        for _medium, entries in groupby(self.entries(), key=lambda one: one.media_id):
            yield list(entries)

    def media_name(self, entry: Entry) -> str:
        """The file name of an entry's medium, with a number if several media have the same."""
        if entry.media_id not in self._names:
            self._names[entry.media_id] = self._media_names.take(entry.filename)
        return self._names[entry.media_id]

    def member_name(self, entry: Entry, extension: str) -> str:
        """A name for a file about this result: its medium's name with another extension."""
        return self._member_names.take(split(entry.filename)[0] + extension)

    def note(self, entry: Entry, *files: str) -> None:
        """Record which files a result was written to."""
        self._files.setdefault(entry.id, []).extend(files)

    def leave_out(self, entry: Entry, why: str) -> None:
        """Omit a result that turned out not to fit while it was being written."""
        self.left_out[entry.id] = why

    def write_manifest(self, head: dict[str, Any]) -> None:
        """Write the archive's manifest: every file and every source, with digests."""
        with self.archive.file(MANIFEST) as file:
            file.text(dumped({**head, "selected": self.total})[:-1])
            _list(file, "files", ({**vars(one)} for one in self._sorted_members()))
            _list(file, "sources", self.sources())
            _list(file, "left_out", self.omissions())
            _list(file, "missing", ({"result_id": m.id, "reason": m.reason} for m in self.missing))
            file.text("\n}\n")

    def _sorted_members(self) -> list[Any]:
        return sorted(self.archive.members, key=lambda one: one.name.encode())

    def sources(self) -> Iterator[dict[str, Any]]:
        """The manifest's entries for the results in the export."""
        for entry in self.everything():
            if entry.id in self.left_out:
                continue
            about = {"result_id": entry.id, "media_id": entry.media_id, "filename": entry.filename}
            name = self._names.get(entry.media_id, entry.filename)
            about |= {"exported_as": name} if name != entry.filename else {}
            about |= {"files": self._files[entry.id]} if entry.id in self._files else {}
            yield about | {
                "plugin": entry.plugin,
                "version": entry.version,
                "tool": entry.tool,
                "result_sha256": entry.result_sha256,
                "result_size_bytes": entry.result_size_bytes,
                "input_sha256": entry.run.get("input_sha256", ""),
            }

    def omissions(self) -> Iterator[dict[str, Any]]:
        """The manifest's entries for the results that don't fit, with the reasons."""
        for entry in self.everything():
            if entry.id in self.left_out:
                yield {
                    "result_id": entry.id,
                    "filename": entry.filename,
                    "plugin": entry.plugin,
                    "tool": entry.tool,
                    "result_sha256": entry.result_sha256,
                    "reason": self.left_out[entry.id],
                }


def run(name: str, writer: Format, version: str, args: dict[str, Any]) -> dict[str, Any]:
    """Make an export and announce its file.

    ``args`` has ``entries_path`` and, under ``options``, the format's parameters. Raises ToolError
    if no result fits.
    """
    given = args["options"]
    options = {key: value for key, value in sorted(given.items()) if key != "entries_path"}
    head = {"format": name, "options": options, "made_by": f"ForgeSyte exports {version}"}
    with tempfile.TemporaryDirectory() as folder:
        draft = Path(folder, "export.zip")
        archive = Archive(draft)
        export = Export(Path(given["entries_path"]), options, archive)
        export.survey(writer)
        _refuse_empty(export)
        writer.write(export)
        _refuse_empty(export)
        single = export.total == 1 and len(archive.members) == 1
        written = len(archive.members)
        if not single:
            export.write_manifest(head)
        archive.close()
        file = _announce(draft, archive.members[0].name if single else "export.zip", single)
        omitted = list(export.omissions())
    return {
        **head,
        "file": file,
        "files": written,
        "selected": export.total,
        "exported": export.exported,
        "left_out_count": len(omitted),
        "left_out": omitted[:TOLD],
        "missing_count": len(export.missing),
        "missing": [{"result_id": m.id, "reason": m.reason} for m in export.missing[:TOLD]],
        **({"sources": list(export.sources())} if single else {}),
    }


def dumped(value: Any) -> str:
    """Compact JSON, always the same text for the same value."""
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def _refuse_empty(export: Export) -> None:
    if export.exported > 0:
        return
    if export.left_out:
        counted = f"None of the {export.total} results can be exported in this format. The first:"
        why = next(iter(export.left_out.values()))
        text = why if export.total == 1 else f"{counted} {why}"
    else:
        text = "The selected results have been deleted, so there is nothing to export."
    raise sdk.ToolError(text, reason="unsupported_input")


def _list(file: HashedFile, name: str, rows: Iterable[dict[str, Any]]) -> None:
    file.text(f',\n"{name}":[')
    for place, row in enumerate(rows):
        file.text(",\n" * bool(place) + dumped(row))
    file.text("]")


def _announce(draft: Path, member: str, single: bool) -> dict[str, Any]:
    extension = split(member)[1]
    content_type = CONTENT_TYPES.get(extension, "application/octet-stream") if single else ZIP
    target = sdk.artifact_path(f"export{extension}", "export", content_type)
    if single:
        extract_only_member(draft, target)
    else:
        draft.replace(target)
    with target.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        size = file.tell()
    about = {"name": target.name, "content_type": content_type}
    return {**about, "size_bytes": size, "sha256": digest}
