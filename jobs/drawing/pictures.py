"""Pictures of results: masks as numbers, and things drawn on the image.

They are made on first request, in a limited child process, and kept as artifacts of the item.
Their names begin with a character that names of tools' files can't have.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from django.db import IntegrityError, transaction

from jobs import storage
from jobs.ids import random_name
from jobs.intake.upload import no_room_for
from jobs.media_host import OTHERWISE, WorkFolder, ask
from jobs.models import Artifact, Blob, ItemStatus, JobItem, MediaKind
from jobs.models.artifact import DRAWN_SIGN
from jobs.refusal import Refusal
from jobs.turn import Turn

ONE_AT_A_TIME = Turn("Other pictures are being made.")
ANSWERS = {
    "timeout": (409, "The picture takes too long to draw."),
    "out_of_memory": (409, "The picture needs too much memory to draw."),
    "plugin_crashed": (409, "The picture can't be drawn: the result broke the drawing."),
    "plugin_unavailable": (503, "Pictures can't be made at the moment: {why}"),
    "invalid_params": (404, "{why}"),  # a mask's number that the result does not have
    OTHERWISE: (409, "{why}"),
}
GONE = "The result has been deleted meanwhile."


def overlay_of(item: JobItem) -> Artifact:
    """The result drawn on its image, as JPEG. Needs ``media__blob``. Raises Refusal."""
    return _made(item, f"{DRAWN_SIGN}overlay.jpg", "overlay", "overlay", {})


def mask_of(item: JobItem, instance: int = 0) -> Artifact:
    """The masks of a result as a PNG of numbers; with ``instance`` (from 1) only that one.

    Needs ``media__blob``. Raises Refusal.
    """
    blob = item.media.blob
    params = {"width": blob.width, "height": blob.height, "instance": instance}
    name = f"{DRAWN_SIGN}mask-{instance}.png" if instance else f"{DRAWN_SIGN}mask.png"
    return _made(item, name, "mask", "mask", params)


def _made(item: JobItem, name: str, kind: str, tool: str, params: dict[str, Any]) -> Artifact:
    if there := item.artifacts.filter(name=name).first():
        return there
    _check(item)
    with ONE_AT_A_TIME:
        # Another request may have made it while this one waited.
        if there := item.artifacts.filter(name=name).first():
            return there
        with WorkFolder("draw") as folder, ExitStack() as files:
            done = ask(
                "draw",
                tool,
                files.enter_context(_input(item.media.blob)),
                {**params, "result_path": str(files.enter_context(_result(item)))},
                folder,
                answers=ANSWERS,
                kind=MediaKind.IMAGE,
            )
            (file,) = done.artifacts
            extension = file.path.suffix
            stored = storage.save_path(f"{_folder(item)}/{random_name()}{extension}", file.path)
    row = Artifact(
        item=item,
        name=name,
        kind=kind,
        content_type=file.content_type,
        size_bytes=stored.size_bytes,
        sha256=stored.sha256,
        file=stored.name,
    )
    return keep(row)


def _check(item: JobItem) -> None:
    if item.media.kind != MediaKind.IMAGE:
        raise Refusal(
            409,
            "Masks and overlays are pictures of results of images, and this is the result of a"
            " video. Ask for the video with its tracks instead: POST and GET"
            f" /v1/results/{item.pk}/preview.",
        )
    if item.status != ItemStatus.COMPLETED or not item.result:
        raise Refusal(409, f"It is {item.status}, so there is no result to draw.")
    if no_room_for(0):
        raise Refusal(503, "The server's disk is nearly full, so no pictures are made. Try later.")


@contextmanager
def _input(blob: Blob) -> Iterator[Any]:
    with ExitStack() as stack:
        try:
            path = stack.enter_context(storage.local_path(blob.file.name))
        except OSError:
            raise Refusal(410, "The image is gone: its file was removed.") from None
        yield path


@contextmanager
def _result(item: JobItem) -> Iterator[Any]:
    with ExitStack() as stack:
        try:
            path = stack.enter_context(storage.local_path(item.result.name))
        except OSError:  # also where the last file of a folder took it along
            raise Refusal(410, "The result is gone: its file was removed.") from None
        yield path


def _folder(item: JobItem) -> str:
    """The folder beside the files of the item's attempts, where the sweep can tell its owner."""
    return f"{item.media.kind}/output/{item.job_id}/{item.pk}/drawn"


def keep(row: Artifact) -> Artifact:
    """Save the row; if another process was faster, return its row and delete this file."""
    try:
        with transaction.atomic():
            if not JobItem.objects.select_for_update().filter(pk=row.item_id).exists():
                raise Refusal(404, GONE)
            row.save(force_insert=True)
    except IntegrityError:
        storage.delete([row.file.name])
        if there := Artifact.objects.filter(item_id=row.item_id, name=row.name).first():
            return there
        raise Refusal(404, GONE) from None
    except Refusal:
        storage.delete([row.file.name])
        raise
    return row
