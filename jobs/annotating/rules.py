"""Adding, changing and replacing the annotations of an image, and what is allowed in them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from jobs.models import Annotation, Media
from jobs.models.annotation import AnnotationKind, Role
from jobs.refusal import Refusal
from plugins_app.outputs.geometry import is_number

MAX_PER_IMAGE = 1000
LABEL_LENGTH = 100


@dataclass(frozen=True)
class Draft:
    """An unchecked annotation in pixels: a box as x, y, width, height, or a point as x, y."""

    bbox: Sequence[float] | None = None
    point: Sequence[float] | None = None
    role: str = Role.SEGMENT
    label: str = ""


def add(media: Media, drafts: Sequence[Draft]) -> list[Annotation]:
    """Add all of these annotations or none. Raises Refusal (422) if one is not valid."""
    errors = [
        (f"/{number}{pointer}", sentence)
        for number, draft in enumerate(drafts)
        for pointer, sentence in check(media, draft)
    ]
    if errors:
        raise Refusal(422, errors[0][1], errors)
    with transaction.atomic():
        Media.objects.select_for_update().get(pk=media.pk)
        if Annotation.objects.filter(media=media).count() + len(drafts) > MAX_PER_IMAGE:
            text = f"An image takes at most {MAX_PER_IMAGE} annotations."
            raise Refusal(422, text, [("", text)])
        rows = [Annotation(media=media, **columns(media, draft)) for draft in drafts]
        return Annotation.objects.bulk_create(rows)


def change(annotation: Annotation, draft: Draft) -> None:
    """Change the place, role and label of an annotation. Raises Refusal (422)."""
    if errors := check(annotation.media, draft):
        raise Refusal(422, errors[0][1], errors)
    for name, value in columns(annotation.media, draft).items():
        setattr(annotation, name, value)
    annotation.save()


def replace(media: Media, drafts: Sequence[Draft]) -> list[Annotation]:
    """Replace all annotations of an image with these. Raises Refusal (422)."""
    with transaction.atomic():
        Media.objects.select_for_update().get(pk=media.pk)  # concurrent replacements take turns
        Annotation.objects.filter(media=media).delete()
        return add(media, drafts)


def check(media: Media, draft: Draft) -> list[tuple[str, str]]:
    """Errors of a draft for this image as (JSON pointer, message); empty if it is valid."""
    errors = []
    if (draft.bbox is None) == (draft.point is None):
        errors.append(("", "Give either bbox or point."))
    if draft.role not in Role.values:
        errors.append(("/role", f"The role must be one of {', '.join(Role.values)}."))
    if len(draft.label) > LABEL_LENGTH:
        errors.append(("/label", f"The label is longer than {LABEL_LENGTH} characters."))
    if "\0" in draft.label:
        errors.append(("/label", "The label has a NUL character."))
    if not errors:
        errors += _check_box(media, draft) if draft.bbox is not None else _check_point(media, draft)
    return errors


def columns(media: Media, draft: Draft) -> dict[str, Any]:
    """The columns of a valid draft; a box that extends beyond the image is clipped to it."""
    width, height = media.blob.width, media.blob.height
    common = {"role": draft.role, "label": draft.label}
    if draft.point is not None:
        x, y = draft.point
        return {**common, "kind": AnnotationKind.POINT, "x": x, "y": y, "width": 0, "height": 0}
    left, top, w, h = draft.bbox or (0, 0, 0, 0)
    right, bottom = min(left + w, width), min(top + h, height)
    left, top = max(left, 0), max(top, 0)
    return {
        **common,
        "kind": AnnotationKind.BOX,
        "x": left,
        "y": top,
        "width": right - left,
        "height": bottom - top,
    }


def _check_box(media: Media, draft: Draft) -> list[tuple[str, str]]:
    box = draft.bbox or ()
    if len(box) != 4 or not all(map(is_number, box)):
        return [("/bbox", "A box is four numbers: x, y, width, height, in pixels.")]
    x, y, width, height = box
    if width <= 0 or height <= 0:
        return [("/bbox", "A box must have a width and a height above 0.")]
    if x >= media.blob.width or y >= media.blob.height or x + width <= 0 or y + height <= 0:
        return [("/bbox", f"The box lies outside the picture of {_size(media)} pixels.")]
    return []


def _check_point(media: Media, draft: Draft) -> list[tuple[str, str]]:
    point = draft.point or ()
    if len(point) != 2 or not all(map(is_number, point)):
        return [("/point", "A point is two numbers: x, y, in pixels.")]
    x, y = point
    if not (0 <= x <= media.blob.width and 0 <= y <= media.blob.height):
        return [("/point", f"The point lies outside the picture of {_size(media)} pixels.")]
    return []


def _size(media: Media) -> str:
    return f"{media.blob.width}x{media.blob.height}"
