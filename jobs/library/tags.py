"""Adds tags to media and removes them."""

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

from django.db import transaction

from jobs.models import Media, Tag
from jobs.refusal import Refusal

MAX_PER_MEDIUM = 50
CHUNK = 500


def clean(name: str) -> str:
    """The name in normal form: NFC, one space between words. Raises Refusal."""
    text = " ".join(unicodedata.normalize("NFC", name).split())
    if not text:
        raise _refusal("A tag needs a name.")
    if len(text) > Tag.MAX_LENGTH:
        raise _refusal(f"A tag may have at most {Tag.MAX_LENGTH} characters.")
    if any(unicodedata.category(letter).startswith("C") for letter in text) or "," in text:
        raise _refusal("A tag can't contain commas or control characters.")
    return text


def replace(medium: Media, names: Sequence[str]) -> None:
    """Give a medium exactly these tags. Raises Refusal."""
    wanted = {clean(name) for name in names}
    if len(wanted) > MAX_PER_MEDIUM:
        raise _refusal(f"A medium may have at most {MAX_PER_MEDIUM} tags.")
    with transaction.atomic():
        rows = [_tag(medium.owner_id, name) for name in sorted(wanted)]
        medium.tags.set(rows)
        _drop_unused(medium.owner_id)


def add(owner_id: Any, media_ids: Iterable[Any], name: str) -> None:
    """Add a tag to media, which must be the owner's. Raises Refusal."""
    wanted = clean(name)
    ids = list(media_ids)
    with transaction.atomic():
        row = _tag(owner_id, wanted)
        through = Tag.media.through
        through.objects.bulk_create(
            [through(tag_id=row.pk, media_id=medium_id) for medium_id in ids],
            batch_size=CHUNK,
            ignore_conflicts=True,
        )
        _drop_unused(owner_id)


def remove(owner_id: Any, media_ids: Iterable[Any], name: str) -> None:
    """Remove a tag from media; media without the tag are ignored."""
    ids = list(media_ids)
    with transaction.atomic():
        through = Tag.media.through
        for start in range(0, len(ids), CHUNK):
            some = ids[start : start + CHUNK]
            rows = through.objects.filter(tag__owner_id=owner_id, tag__name=name)
            rows.filter(media_id__in=some).delete()
        _drop_unused(owner_id)


def _tag(owner_id: Any, name: str) -> Tag:
    return Tag.objects.get_or_create(owner_id=owner_id, name=name)[0]


def _drop_unused(owner_id: Any) -> None:
    Tag.objects.filter(owner_id=owner_id, media=None).delete()


def _refusal(text: str) -> Refusal:
    return Refusal(422, text, [("/tags", text)])
