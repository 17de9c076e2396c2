"""MOT Challenge: ten columns per box, frames and pixels counted from 1, a folder for each video
(https://motchallenge.net/instructions/, https://arxiv.org/abs/1603.00831).

``frame, id, left, top, width, height, confidence, class, visibility, unused``. Boxes with track ids
are in ``gt/gt.txt``, those without in ``det/det.txt`` with the id -1.
"""

from collections.abc import Iterable, Iterator
from typing import Any

from export_entries import Entry, Unfit
from export_run import Export
from export_things import Frame, frames, has_frames, numeral

NO_SCORE = 1.0


def look(entry: Entry, options: dict[str, Any]) -> Iterable[str]:
    """Accepts videos with tracks or detections."""
    if not has_frames(entry):
        raise Unfit("This format is for tracks and detections in videos.")
    return {one.label for frame in _found(entry, options) for one in frame.things}


def write(export: Export) -> None:
    """Write a folder for each result, with the video's properties in ``seqinfo.ini``."""
    classes = {label: number for number, label in enumerate(export.labels, start=1)}
    for entry in export.entries():
        folder = export.member_name(entry, "")
        numbers, tracked = _numbers(entry, export.options)
        name = "gt/gt.txt" if tracked else "det/det.txt"
        names = [f"{folder}/{name}", f"{folder}/seqinfo.ini", f"{folder}/labels.txt"]
        export.note(entry, *names)
        with export.archive.file(names[0]) as file:
            for line in _lines(entry, export.options, numbers, classes):
                file.text(line)
        with export.archive.file(names[1]) as file:
            file.text(_seqinfo(folder, entry))
        with export.archive.file(names[2]) as file:
            for label in export.labels:
                file.text(" ".join(label.split()) + "\n")


def _found(entry: Entry, options: dict[str, Any]) -> Iterator[Frame]:
    return frames(entry, options["min_score"])


def _numbers(entry: Entry, options: dict[str, Any]) -> tuple[dict[str, int], bool]:
    """Track ids as numbers, and whether there are tracks. Unless all ids are numbers, they are
    numbered in order of appearance."""
    ids: dict[str, None] = {}
    for frame in _found(entry, options):
        ids.update((one.track, None) for one in frame.things)
    named = [one for one in ids if one]
    if all(one.isascii() and one.isdigit() and 0 < int(one[:10]) < 10**9 for one in named):
        numbers = {one: int(one) for one in named}
        if len(set(numbers.values())) == len(named):
            return numbers | {"": -1}, bool(named) or not ids
    return {one: place for place, one in enumerate(named, start=1)} | {"": -1}, True


def _lines(
    entry: Entry, options: dict[str, Any], numbers: dict[str, int], classes: dict[str, int]
) -> Iterator[str]:
    for frame in _found(entry, options):
        for one in frame.things:
            x, y, width, height = one.place
            box = [numeral(value) for value in (x + 1, y + 1, width, height)]
            score = numeral(NO_SCORE if one.score is None else one.score, 6)
            columns = [str(frame.number + 1), str(numbers[one.track]), *box, score]
            yield ",".join([*columns, str(classes[one.label]), "1", "-1"]) + "\n"


def _seqinfo(folder: str, entry: Entry) -> str:
    return (
        f"[Sequence]\nname={folder}\nimDir=img1\nframeRate={numeral(entry.fps)}\n"
        f"seqLength={entry.frames}\nimWidth={entry.width}\nimHeight={entry.height}\nimExt=.jpg\n"
    )
