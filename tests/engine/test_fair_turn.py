"""Who comes next: no one waits for someone else's batch, and no batch starves."""

import pytest

from jobs.engine import lifecycle
from jobs.models import Job, Priority
from tests.factories import ANYTHING, job_row, make_user

pytestmark = pytest.mark.django_db


def claim_job():
    return Job.objects.get(pk=lifecycle.claim(ANYTHING, "test:1:1").job_id)


def test_a_single_picture_behind_a_batch_is_claimed_within_two_items():
    owner = make_user()
    job_row(owner, items=50)
    for _ in range(5):
        claim_job()
    single = job_row(owner)
    assert single in [claim_job() for _ in range(2)]


def test_another_owners_batch_is_interleaved():
    first = job_row(make_user(), items=20)
    for _ in range(5):
        claim_job()
    second = job_row(make_user(), items=20)
    owners = [claim_job().owner for _ in range(10)]
    assert owners.count(first.owner) == owners.count(second.owner) == 5


def test_a_stream_of_single_pictures_does_not_starve_a_batch():
    batch = job_row(make_user(), items=10)
    stream = make_user()
    claimed = []
    for _ in range(20):
        job_row(stream)
        claimed.append(claim_job())
    assert claimed.count(batch) >= 9


def test_an_owner_who_worked_much_is_not_put_behind_later():
    busy, other = make_user(), make_user()
    job_row(busy, items=100)
    for _ in range(100):
        claim_job()
    again = job_row(busy)
    job_row(other, items=100)
    assert again in [claim_job() for _ in range(2)]


def test_a_higher_priority_goes_first():
    job_row(make_user(), items=5)
    urgent = job_row(make_user(), priority=Priority.HIGH)
    assert claim_job() == urgent
