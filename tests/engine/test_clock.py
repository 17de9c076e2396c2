"""The wall clock may be set back or forward without anything being lost, duplicated or stuck."""

from datetime import timedelta

import pytest
from django.utils import timezone

from jobs.engine import clock, lifecycle
from jobs.models import ItemStatus, JobItem, Reason
from tests.factories import ANYTHING, job_row, make_user

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture
def set_clock(monkeypatch):
    real = timezone.now

    def set_clock(shift):
        monkeypatch.setattr(timezone, "now", lambda: real() + shift)

    return set_clock


def claim():
    return lifecycle.claim(ANYTHING, "host:node:1:1")


def item():
    return JobItem.objects.get()


def test_set_back_while_an_item_runs(set_clock):
    job_row(make_user())
    taken = claim()
    set_clock(-HOUR)
    clock.pull_back_future_times()
    assert lifecycle.recover_lost() == 0
    assert lifecycle.beat(taken), "the living worker goes on"
    assert item().lease_until < timezone.now() + timedelta(minutes=1)


def test_set_back_and_the_worker_lost(set_clock, settings):
    job_row(make_user())
    claim()
    set_clock(-HOUR)
    assert clock.pull_back_future_times() == 1
    assert lifecycle.recover_lost() == 0
    set_clock(-HOUR + timedelta(seconds=settings.LEASE_S + 1))
    assert lifecycle.recover_lost() == 1


def test_set_back_while_an_item_waits_for_another_try(set_clock):
    job_row(make_user())
    lifecycle.try_again(claim(), Reason.PLUGIN_CRASHED, "It crashed.")
    set_clock(-HOUR)
    clock.pull_back_future_times()
    lifecycle.release_due()
    assert claim() is not None


def test_set_forward_gives_the_item_away_but_only_one_result_is_committed(set_clock):
    job_row(make_user())
    first = claim()
    set_clock(HOUR)
    assert lifecycle.recover_lost() == 1
    JobItem.objects.update(run_after=None)
    second = claim()
    assert not lifecycle.beat(first)
    assert lifecycle.beat(second)
    assert item().status == ItemStatus.RUNNING


def test_honest_times_are_left_alone():
    job_row(make_user(), items=2)
    claim()
    lifecycle.try_again(claim(), Reason.PLUGIN_CRASHED, "It crashed.")
    assert clock.pull_back_future_times() == 0
