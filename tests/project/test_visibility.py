"""Only ``visible_to`` decides who may see what, so that it can change in one place."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.contrib.auth.models import AnonymousUser

from jobs.models import Annotation, Artifact, Job, JobItem, Media, Tag
from tests.factories import make_finished_job, make_media, make_user

ROOT = Path(__file__).resolve().parents[2]
LOOKUPS = {"filter", "exclude", "get", "get_object_or_404", "Q"}
OWNERSHIP = {
    "jobs/diagnosis.py": "how many of one's own items stand ahead",
    "jobs/engine/fair_turn.py": "everybody's own turn",
    "jobs/exporting/asking.py": "bytes are kept once per owner",
    "jobs/exporting/selections.py": "bytes are kept once per owner",
    "jobs/intake/store.py": "bytes are kept once per owner",
    "jobs/library/tags.py": "tags are made and dropped for one owner",
}
"""Who looks rows up by their owner for another reason than to show them."""


def lookups_by_owner(path: Path) -> Iterator[int]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Call):
            name = getattr(node.func, "attr", getattr(node.func, "id", ""))
            words = [keyword.arg or "" for keyword in node.keywords]
            if name in LOOKUPS and any(
                word.removesuffix("_id").split("__")[-1] == "owner" for word in words
            ):
                yield node.lineno


def test_rows_are_looked_up_by_owner_where_they_belong_to_one_and_nowhere_else() -> None:
    found = set()
    for path in (ROOT / "jobs").rglob("*.py"):
        name = path.relative_to(ROOT).as_posix()
        if not name.startswith(("jobs/models/", "jobs/migrations/", "jobs/admin/")):
            found |= {name for _line in lookups_by_owner(path)}
    assert found == set(OWNERSHIP)


@pytest.mark.django_db
@pytest.mark.parametrize("model", [Annotation, Artifact, Job, JobItem, Media, Tag])
def test_everybody_sees_their_own_rows_and_strangers_none(echo_plugin, model) -> None:
    people = [make_user("ada"), make_user("ben")]
    for owner in people:
        media = make_media(owner)
        job = make_finished_job(owner, [media])
        Artifact.objects.create(item=job.items.get(), name="a", kind="picture", size_bytes=1)
        Annotation.objects.create(media=media, kind="box", x=1, y=1, width=2, height=2)
        Tag.objects.create(owner=owner, name="street").media.add(media)
    ada, ben = ({row.pk for row in model.objects.visible_to(one)} for one in people)
    assert len(ada) == len(ben) == 1
    assert ada.isdisjoint(ben)
    assert not model.objects.visible_to(AnonymousUser())
