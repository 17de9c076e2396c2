"""The tables of django-q2: looked at, not written."""

import pytest
from django.urls import reverse
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success

from tests.admin.pages import words
from tests.factories import make_user


def task(model, **values):
    now = timezone.now()
    return model.objects.create(
        id="a" * 32,
        name="sweep",
        func="jobs.engine.recovery.recover",
        started=now,
        stopped=now,
        result="The disk is full.",
        **values,
    )


@pytest.fixture
def schedule(db):
    return Schedule.objects.create(func="jobs.engine.recovery.recover", name="recovery")


def page_of(row):
    return reverse(f"admin:django_q_{row._meta.model_name}_change", args=[row.pk])


def test_nobody_can_make_a_worker_call_any_function(boss, schedule):
    assert boss.post(page_of(schedule), {"func": "os.system", "args": "'id'"}).status_code == 403
    assert Schedule.objects.get(pk=schedule.pk).func == "jobs.engine.recovery.recover"
    assert "jobs.engine.recovery.recover" in words(boss.get(page_of(schedule)))


@pytest.mark.parametrize(("model", "success"), [(Success, True), (Failure, False)])
def test_ended_tasks_can_be_read(boss, model, success):
    assert "The disk is full." in words(boss.get(page_of(task(model, success=success))))


def test_a_failed_task_can_be_put_back_by_who_may_change_it(boss, client, db):
    failure = task(Failure, success=False)
    values = {"action": "put_back", "_selected_action": [failure.pk]}
    where = reverse("admin:django_q_failure_changelist")
    client.force_login(make_user("clerk", "view_failure", is_staff=True))
    client.post(where, values)
    assert OrmQ.objects.count() == 0
    boss.post(where, values)
    assert OrmQ.objects.count() == 1
    assert Failure.objects.count() == 0
    assert boss.get(page_of(OrmQ.objects.get())).status_code == 200
