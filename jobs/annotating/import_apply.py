"""Importing boxes as annotations: all or none for each image, and none twice."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.core.files.base import File
from django.db import transaction

from jobs.annotating import rules as annotations
from jobs.annotating.import_files import read_files
from jobs.annotating.import_match import Named
from jobs.annotating.import_parsed import ParsedBox, ParsedImage
from jobs.annotating.rules import MAX_PER_IMAGE, Draft
from jobs.models import Annotation, Media
from jobs.models.annotation import AnnotationKind, Role
from jobs.turn import Turn

CHUNK = 200
LISTED = 1000
DECIMALS = 3
"""Decimal places of a pixel that are kept; any further ones are rounding errors."""
ONE_AT_A_TIME = Turn("Other boxes are being imported.")
"""Imports are parsed one at a time, as each takes many times its size in memory."""
TAKEN, UNKNOWN, AMBIGUOUS, REPEATED, INVALID = STATUSES = (
    "taken", "unknown", "ambiguous", "repeated", "invalid"
)  # fmt: skip
ERRORS = {
    UNKNOWN: "There is no image of this name{among}.",
    AMBIGUOUS: "Several images have this name{among}. Rename them, or limit the import to a tag"
    " that only one of them has.",
    REPEATED: "Boxes of the same image came before; of each image only one file is taken.",
}
Key = tuple[Any, ...]


@dataclass
class Outcome:
    """The outcome for the boxes of one image. ``file`` is the file they came from. If they were
    imported, ``errors`` lists the boxes that were left out."""

    file: str
    image: str
    status: str
    media_id: UUID | None = None
    added: int = 0
    already: int = 0
    errors: list[str] = field(default_factory=list)


@dataclass
class Report:
    """The outcome of an import. In ``files``, images that were not imported come first."""

    role: str
    outcomes: list[Outcome]
    ignored: list[str]

    @property
    def images(self) -> int:
        """Number of images whose boxes were imported."""
        return sum(one.status == TAKEN for one in self.outcomes)

    @property
    def added(self) -> int:
        """Number of new annotations."""
        return sum(one.added for one in self.outcomes)

    @property
    def already(self) -> int:
        """Number of boxes that already existed."""
        return sum(one.already for one in self.outcomes)

    @property
    def files(self) -> list[Outcome]:
        """The first ``LISTED`` outcomes."""
        known = sorted(self.outcomes, key=lambda one: (one.status == TAKEN, not one.errors))
        return known[:LISTED]

    @property
    def files_left_out(self) -> int:
        """Number of outcomes beyond ``LISTED``."""
        return max(len(self.outcomes) - LISTED, 0)

    @property
    def not_taken(self) -> int:
        """Number of images whose boxes were not imported."""
        return len(self.outcomes) - self.images


def import_boxes(
    owner: Any, uploads: Iterable[File], role: str = Role.SEGMENT, tag: str = ""
) -> Report:
    """Turn the boxes in these files into annotations of the owner's images of the same names, or
    only of those with ``tag``. Raises Refusal if a file can't be read; nothing is imported then."""
    with ONE_AT_A_TIME:
        parsed, ignored = read_files(uploads)
        return Report(role, _outcomes(owner, parsed, role, tag), ignored)


def _outcomes(owner: Any, parsed: Sequence[ParsedImage], role: str, tag: str) -> list[Outcome]:
    named = Named(owner, tag, parsed)
    among = f" among those with the tag {tag}" if tag else ""
    outcomes, meant = [], {}
    for one in parsed:
        images = named.images(one)
        status = INVALID if one.faults else TAKEN
        if one.lost:
            status = INVALID
        elif len(images) != 1:
            status = AMBIGUOUS if images else UNKNOWN
        elif images[0] in meant:
            status = REPEATED
        said = [ERRORS[status].format(among=among)] if status in ERRORS else list(one.faults)
        outcome = Outcome(one.file, one.name, status, errors=said)
        outcomes.append(outcome)
        if len(images) == 1:
            outcome.media_id = images[0]
        if status in (TAKEN, INVALID) and images:
            meant[images[0]] = (one, outcome)
    work = [(one, outcome) for one, outcome in meant.values() if outcome.status == TAKEN]
    for start in range(0, len(work), CHUNK):
        _take(owner, work[start : start + CHUNK], role)
    return outcomes


@transaction.atomic
def _take(owner: Any, work: Sequence[tuple[ParsedImage, Outcome]], role: str) -> None:
    """Write the annotations of these images; the number of queries does not grow with them."""
    ids = [outcome.media_id for _one, outcome in work]
    locked = Media.objects.select_for_update(of=("self",)).select_related("blob")
    media = {row.pk: row for row in locked.visible_to(owner).filter(pk__in=ids)}
    there: defaultdict[Any, set[Key]] = defaultdict(set)
    count: defaultdict[Any, int] = defaultdict(int)
    for row in Annotation.objects.filter(media__in=list(media)):
        count[row.media_id] += 1
        if row.kind == AnnotationKind.BOX:
            there[row.media_id].add(_key(row))
    rows: list[Annotation] = []
    for one, outcome in work:
        image = media.get(outcome.media_id) if outcome.media_id else None
        if image is None:
            outcome.status, outcome.errors = UNKNOWN, ["The image was deleted meanwhile."]
            continue
        new = _rows(image, one, outcome, role, there[image.pk])
        if outcome.status == TAKEN and count[image.pk] + len(new) > MAX_PER_IMAGE:
            text = f"An image takes at most {MAX_PER_IMAGE} annotations."
            outcome.status, outcome.errors = INVALID, [text]
        if outcome.status == TAKEN:
            outcome.added = len(new)
            rows += new
        else:
            outcome.already = 0
    Annotation.objects.bulk_create(rows, batch_size=1000)


def _rows(
    image: Media, one: ParsedImage, outcome: Outcome, role: str, there: set[Key]
) -> list[Annotation]:
    """The annotations that don't exist yet; boxes that don't fit are noted in the outcome."""
    width, height = image.blob.width, image.blob.height
    if one.size is not None and one.size != (width, height):
        outcome.status = INVALID
        said, real = "{} x {}".format(*one.size), f"{width} x {height}"
        text = f"The file says that the image has {said} pixels; the one of this name has {real}."
        outcome.errors = [text]
        return []
    rows, seen = [], set(there)
    for box in one.boxes:
        draft = _draft(image, box, role)
        bbox = draft.bbox or ()
        if 0 in bbox[2:]:
            one.drop(box.where, "it was left out, for it has no width or no height.")
            continue
        if faults := annotations.check(image, draft):
            outcome.status = INVALID
            one.refuse(box.where, faults[0][1])
            continue
        columns = annotations.columns(image, draft)
        columns |= {name: round(columns[name], DECIMALS) for name in ("x", "y", "width", "height")}
        row = Annotation(media=image, **columns)
        if _key(row) in seen:
            outcome.already += 1
            continue
        seen.add(_key(row))
        rows.append(row)
    outcome.errors = [*one.faults, *one.dropped]
    return rows


def _draft(image: Media, box: ParsedBox, role: str) -> Draft:
    x, y, w, h = box.bbox
    if box.relative:
        width, height = image.blob.width, image.blob.height
        x, y, w, h = x * width, y * height, w * width, h * height
    return Draft([round(value, DECIMALS) for value in (x, y, w, h)], role=role, label=box.label)


def _key(row: Annotation) -> Key:
    """Two boxes are the same if their place, label and role are."""
    place = (round(value, 2) for value in (row.x, row.y, row.width, row.height))
    return (*place, row.label, row.role)
