"""Turning a selection into what an export reads: each result's path, or why it is missing.

The selection is a list of ids (``jobs.exporting.selections``). Results deleted since then are
reported, not dropped; results of other owners are never included.
"""

import json
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from jobs import storage
from jobs.models import ItemStatus, Job, JobItem
from jobs.results.outputs import output_kinds
from plugins_app.host import Progress
from plugins_app.outputs.geometry import number

AT_ONCE = 200
BEAT_S = 1.0
DELETED = "It was deleted after it had been selected."
FILE_GONE = "Its file is gone from the server's storage."
PICTURE_GONE = "The file that was uploaded is gone from the server's storage."


def write_entries(
    job_id: UUID,
    selection: Path,
    workdir: Path,
    *,
    pictures: bool,
    on_beat: Callable[[Progress], None],
) -> Path:
    """Write ``entries.jsonl`` into the work folder and return its path.

    It has one line per result, in the order of the selection; with ``pictures``, also the paths of
    the uploaded files. Raises OSError if the storage is unavailable, and what ``on_beat`` raises.
    """
    listed: list[dict[str, Any]] = json.loads(selection.read_bytes())["results"]
    owner = Job.objects.select_related("owner").get(pk=job_id).owner
    kinds = output_kinds()
    folder = workdir / "sources"
    folder.mkdir(mode=0o700)
    entries = workdir / "entries.jsonl"
    beaten = time.monotonic()
    with entries.open("w", encoding="utf-8") as file:
        for count, (line, item) in enumerate(_found(owner, listed), start=1):
            entry = _entry(line, item, kinds, folder, pictures)
            file.write(json.dumps(entry, ensure_ascii=False) + "\n")
            if time.monotonic() - beaten > BEAT_S:
                beaten = time.monotonic()
                on_beat(Progress(None, f"Gathering {count} of {len(listed)} results"))
    return entries


def _found(
    owner: Any, listed: list[dict[str, Any]]
) -> Iterator[tuple[dict[str, Any], JobItem | None]]:
    mine = JobItem.objects.visible_to(owner).filter(status=ItemStatus.COMPLETED)
    mine = mine.select_related("media__blob").defer("log")
    for start in range(0, len(listed), AT_ONCE):
        some = listed[start : start + AT_ONCE]
        items = mine.in_bulk([UUID(line["id"]) for line in some])
        for line in some:
            yield line, items.get(UUID(line["id"]))


def _entry(
    line: dict[str, Any],
    item: JobItem | None,
    kinds: dict[tuple[str, str], str],
    folder: Path,
    pictures: bool,
) -> dict[str, Any]:
    if item is None or item.result_sha256 != line["result_sha256"]:
        return {"id": line["id"], "missing": DELETED}
    blob = item.media.blob
    gone = FILE_GONE
    try:
        result = storage.path_in(folder, item.result.name)
        gone = PICTURE_GONE
        picture = str(storage.path_in(folder, blob.file.name)) if pictures else ""
    except FileNotFoundError:
        return {"id": line["id"], "missing": gone}
    return {
        "id": str(item.pk),
        "media_id": str(item.media_id),
        "filename": item.media.filename,
        "kind": blob.kind,
        "plugin": item.plugin_id,
        "tool": item.tool,
        "version": str(item.run.get("version", "")),
        "output": kinds.get((item.plugin_id, item.tool), "json"),
        "width": blob.width,
        "height": blob.height,
        "fps": number(blob.probe.get("fps")) or 0.0,
        "frames": blob.frame_count,
        "result_path": str(result),
        "result_sha256": item.result_sha256,
        "result_size_bytes": item.result_size_bytes,
        "input_path": picture,
        "content_type": blob.content_type,
        "run": item.run,
    }
