"""Comparing results: two of one image or video, or those of two jobs over the same media.

Results are free JSON and may be large, so they are read and compared in a limited child process
(``plugins_app.outputs.pixels.compare``); results with the same digest are not read at all.
"""

import json
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from jobs import storage
from jobs.media_host import OTHERWISE, WorkFolder, ask
from jobs.models import ItemStatus, JobItem
from jobs.refusal import Refusal
from jobs.turn import Turn

BUDGET_S = 8
"""Seconds for all pairs of a page."""
LARGE_BYTES = 4 * 1024 * 1024
"""Larger results are skipped in lists; they can still be compared one by one."""
ONE_AT_A_TIME = Turn("Other results are being compared.")
ANSWERS = {
    "timeout": (409, "The results take too long to compare."),
    "out_of_memory": (409, "The results need too much memory to compare."),
    "plugin_unavailable": (503, "Nothing can be compared at the moment: {why}"),
    OTHERWISE: (409, "The results can't be compared: they broke the comparison."),
}

Pair = tuple[JobItem, JobItem]


def compare_items(a: JobItem, b: JobItem) -> dict[str, Any]:
    """Compare two results of the same image or video. Both need ``media`` loaded.

    Returns what ``outputs.pixels.compare`` returns, and ``identical``. Raises Refusal.
    """
    if a.media.blob_id != b.media.blob_id:
        raise Refusal(
            409, "These are results of different files. Only results of the same one are compared."
        )
    for item in (a, b):
        if item.status != ItemStatus.COMPLETED or not item.result:
            raise Refusal(409, f"One of them is {item.status}, so it has no result.")
    try:
        (found,) = _compared([(a, b)], detail=True)
    except FileNotFoundError:
        raise Refusal(410, "A result is gone: its file was removed.") from None
    if "error" in found:
        raise Refusal(409, found["error"])
    return {"identical": is_identical(a, b), **found}


def is_identical(a: JobItem, b: JobItem) -> bool:
    """Whether two results have the same bytes."""
    return bool(a.result_sha256) and a.result_sha256 == b.result_sha256


def compare_many(pairs: Sequence[Pair]) -> list[dict[str, Any]]:
    """For each pair, ``identical`` and ``counts``, or ``error`` with a message.

    Raises Refusal if nothing can be compared at the moment.
    """
    found: list[dict[str, Any]] = [{"identical": is_identical(a, b)} for a, b in pairs]
    to_read: list[int] = []
    for place, (a, b) in enumerate(pairs):
        if found[place]["identical"]:
            continue
        if max(a.result_size_bytes, b.result_size_bytes) > LARGE_BYTES:
            found[place]["error"] = "They differ, and are too large to be compared in a list."
        elif not (storage.exists(a.result.name) and storage.exists(b.result.name)):
            found[place]["error"] = "A result is gone: its file was removed."
        else:
            to_read.append(place)
    if to_read:
        numbers = _compared([pairs[place] for place in to_read], detail=False)
        for place, number in zip(to_read, numbers, strict=True):
            found[place] |= number
    return found


def _compared(pairs: Sequence[Pair], *, detail: bool) -> list[dict[str, Any]]:
    """Compare in the child process. Raises FileNotFoundError, Refusal."""
    with ONE_AT_A_TIME, ExitStack() as files, WorkFolder("compare") as folder:
        paths = [[str(_path(files, one)) for one in pair] for pair in pairs]
        params = {"pairs": paths, "detail": detail, "budget_s": BUDGET_S}
        done = ask("compare", "compare", Path(paths[0][0]), params, folder, answers=ANSWERS)
        result: Any = done.result
        if done.result_path:
            result = json.loads(done.result_path.read_bytes())
    compared: list[dict[str, Any]] = result["pairs"]
    return compared


def _path(files: ExitStack, item: JobItem) -> Path:
    try:
        return files.enter_context(storage.local_path(item.result.name))
    except OSError as error:  # also where the last file of a folder took it along
        raise FileNotFoundError(item.result.name) from error
