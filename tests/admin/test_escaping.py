"""What users and plugins write stays text on every page."""

import pytest

from jobs.models import ApiKey, JobItem
from tests.admin.pages import address, source
from tests.factories import finish, job_row, make_artifact, make_user, make_worker, media_row

ATTACK = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7|add:7 }}"
MARKS = ("<script>alert", "<img src=x", "\"'><")


@pytest.fixture
def pages(db):
    """Every page on which the attack has been put wherever text can be."""
    owner = make_user("x<b>y")
    media = media_row(owner, ATTACK)
    media.text_prompt = ATTACK
    media.save()
    media.blob.probe = {ATTACK: ATTACK}
    media.blob.save()
    values = {"tools": [ATTACK[:64]], "params": {ATTACK: ATTACK}, "tool_params": {ATTACK: ATTACK}}
    job = job_row(owner, media, **values)
    item = job.items.get()
    line = {"text": ATTACK, "label": ATTACK, "score": 0.5, "bbox": [1, 2, 3, 4]}
    finish(
        item,
        {"text": ATTACK, "lines": [line], ATTACK: ATTACK},
        run={ATTACK: ATTACK, "params": {ATTACK: ATTACK}},
        log=ATTACK,
        error_message=ATTACK,
        error_type="tool_error",
        worker=ATTACK,
        progress_note=ATTACK,
    )
    make_artifact(item, name=ATTACK.replace("/", ""))
    batch = job_row(owner, media, items=2, **values)
    JobItem.objects.filter(job=batch).update(
        status="failed", error_type="tool_error", error_message=ATTACK, log=ATTACK
    )
    _, key = ApiKey.objects.issue(owner, ATTACK)
    worker = make_worker(ATTACK[:100], stopped_at=None)
    worker.plugins = {ATTACK: {"version": ATTACK, "digest": ATTACK}}
    worker.lanes = [ATTACK]
    worker.save()
    rows = {
        "job": [job.pk, batch.pk],
        "jobitem": [item.pk, batch.items.first().pk],
        "media": [media.pk],
        "blob": [media.blob_id],
        "worker": [worker.pk],
        "apikey": [key.pk],
    }
    lists = [address(model) for model in rows]
    return lists + [address(model, pk) for model, pks in rows.items() for pk in pks]


def test_attacks_in_any_text_are_shown_as_text(boss, pages):
    shown = 0
    for where in pages:
        page = source(boss.get(where))
        for mark in (*MARKS, "x<b>y"):
            assert mark not in page, (where, mark)
        shown += "&lt;script&gt;alert(1)" in page
    assert shown >= 10


def test_an_attack_in_the_search_stays_text(boss, pages):
    for model in ("job", "jobitem", "media", "blob", "worker", "apikey"):
        page = source(boss.get(address(model), {"q": ATTACK}))
        assert not any(mark in page for mark in MARKS)


def test_an_attack_in_a_filter_is_no_server_error(boss, pages):
    for query in ({"plugin": ATTACK}, {"status__exact": ATTACK}, {"created": ATTACK}):
        answer = boss.get(address("job"), query, follow=True)
        assert not any(mark in source(answer) for mark in MARKS)
