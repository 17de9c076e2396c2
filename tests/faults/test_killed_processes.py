"""Any process of a worker node may be killed at any moment."""

import os
import signal
from dataclasses import dataclass
from pathlib import Path

import pytest
from django.core.management import call_command

from jobs.diagnosis import blocked_reason
from jobs.engine import lifecycle
from jobs.models import ItemStatus, JobItem, Reason, Worker
from tests.factories import make_job, make_media, make_user
from tests.faults.invariants import check_everything, wait_for_the_end
from tests.node import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def quick_job(items=1):
    owner = make_user()
    media = [make_media(owner) for _ in range(items)]
    return make_job(owner, media, plugin="slow", tools=["wait"], params={"seconds": 0.1})


@dataclass
class Gate:
    """Items that run until the gate is opened, however slow the machine is."""

    path: Path

    def job(self, items=1):
        owner = make_user()
        media = [make_media(owner) for _ in range(items)]
        return make_job(owner, media, "slow", ["hold"], params={"until": str(self.path)})

    def open(self):
        self.path.touch()


@pytest.fixture
def gate(tmp_path):
    return Gate(tmp_path / "gate")


def wait_until_running(job):
    wait_until(
        lambda: JobItem.objects.filter(job=job, status=ItemStatus.RUNNING, progress__gt=0).exists(),
        what="running",
    )


def test_jobs_run_from_submission_to_result(make_node):
    make_node()
    job = make_job(make_user())
    assert wait_for_the_end(job)[0].status == "completed"
    check_everything()


def test_a_worker_killed_while_its_item_runs(make_node, gate):
    node = make_node()
    job = gate.job()
    wait_until_running(job)
    holder = JobItem.objects.get(job=job).worker
    os.kill(int(holder.split(":")[-2]), signal.SIGKILL)
    gate.open()
    assert wait_for_the_end(job)[0].status == "completed"
    item = JobItem.objects.get(job=job)
    assert item.attempt == 2
    wait_until(lambda: len(node.hosts()) <= 1, what="the end of the dead worker's host")
    check_everything()


def test_a_host_killed_while_it_works(make_node, gate):
    node = make_node()
    job = gate.job()
    wait_until_running(job)
    for host in node.hosts():
        os.kill(host, signal.SIGKILL)
    gate.open()
    assert wait_for_the_end(job)[0].status == "completed"
    assert JobItem.objects.get(job=job).attempt == 2
    check_everything()


@pytest.mark.parametrize("role", ["fs-worker", "fs-pusher", "fs-monitor", "fs-guard"])
def test_an_idle_process_killed(make_node, role):
    node = make_node()
    victim = node.kill(role)
    wait_until(lambda: victim not in node.processes(), what="the death")
    assert wait_for_the_end(quick_job(items=4))[0].status == "completed"
    wait_until(lambda: len(node.processes("fs-worker")) == 2, what="the replacement")
    check_everything()


def test_everything_killed_at_once_and_started_again(make_node, gate):
    node = make_node()
    job = gate.job(items=3)
    wait_until_running(job)
    node.kill_all()
    wait_until(lambda: not node.processes(), what="the death of all")
    gate.open()
    node.start()
    assert wait_for_the_end(job)[0].status == "completed"
    check_everything()


def test_a_guard_killed_takes_its_workers_along_and_is_replaced(make_node, gate):
    node = make_node()
    job = gate.job(items=2)
    wait_until_running(job)
    before = set(node.processes("fs-worker"))
    node.kill("fs-guard")
    wait_until(lambda: not before & set(node.processes()), what="the end of the orphans")
    gate.open()
    assert wait_for_the_end(job)[0].status == "completed"
    check_everything()


def test_sigterm_gives_items_a_grace_time_and_then_hands_them_back(make_node, gate):
    node = make_node()
    job = gate.job()
    wait_until_running(job)
    assert node.stop() == 0
    item = JobItem.objects.get(job=job)
    assert (item.status, item.attempt, item.token) == (ItemStatus.PENDING, 0, "")
    assert not node.processes()
    assert not node.hosts()
    assert not Worker.objects.alive().exists()
    lifecycle.cancel(job)
    check_everything()


def test_an_item_that_ends_within_the_grace_time_is_completed(make_node, gate):
    node = make_node(STOP_GRACE_S="200")
    job = gate.job()
    wait_until_running(job)
    node.process.terminate()
    gate.open()
    assert node.process.wait(240) == 0
    assert wait_for_the_end(job)[0].status == "completed"
    check_everything()


def test_sigterm_to_the_whole_group_is_one_orderly_stop(make_node, gate):
    for _ in range(3):
        node = make_node()
        job = gate.job()
        wait_until_running(job)
        os.killpg(node.process.pid, signal.SIGTERM)
        assert node.process.wait(60) == 0
        assert not node.processes()
        item = JobItem.objects.get(job=job)
        assert (item.status, item.attempt) == (ItemStatus.PENDING, 0)
        lifecycle.cancel(job)
    check_everything()


def test_a_canceled_items_host_is_ended(make_node):
    node = make_node()
    owner = make_user()
    job = make_job(owner, plugin="slow", tools=["stick"])
    wait_until_running(job)
    hosts = node.hosts()
    assert lifecycle.cancel(job)
    wait_until(lambda: not set(hosts) & set(node.hosts()), what="the host's death")
    assert wait_for_the_end(quick_job())[0].status == "completed"
    job.refresh_from_db()
    assert job.status == "canceled"
    check_everything()


def test_a_tool_that_never_returns_fails_at_its_time_limit(make_node):
    node = make_node()
    job = make_job(make_user(), plugin="slow", tools=["hang"])
    assert wait_for_the_end(job)[0].status == "failed"
    item = JobItem.objects.get(job=job)
    assert item.error_type == Reason.TIMEOUT
    assert (item.finished_at - item.started_at).total_seconds() >= 3
    assert not node.hosts()
    check_everything()


def test_a_poison_item_is_given_up_and_others_go_on(make_node, monkeypatch):
    node = make_node(MAX_ATTEMPTS="2")
    poison = make_job(make_user(), plugin="slow", tools=["crash"])
    good = quick_job(items=3)
    assert wait_for_the_end(good)[0].status == "completed"
    assert wait_for_the_end(poison)[0].status == "failed"
    item = JobItem.objects.get(job=poison)
    assert (item.error_type, item.attempt) == (Reason.PLUGIN_CRASHED, 2)
    assert len(node.processes("fs-worker")) == 2
    check_everything()


@pytest.mark.parametrize("lane", ["cpu", "*"])
def test_a_paused_lane_takes_nothing_until_it_is_resumed(make_node, lane):
    node = make_node()
    call_command("pause", lane)
    job = quick_job()
    node.look_around()
    assert JobItem.objects.get(job=job).status == ItemStatus.PENDING
    call_command("resume", lane)
    assert wait_for_the_end(job)[0].status == "completed"
    check_everything()


def test_a_node_takes_only_the_lanes_it_is_told(make_node):
    node = make_node(WORKER_LANES="gpu")
    job = quick_job()
    node.look_around()
    assert blocked_reason(job) == "No running worker serves the lane 'cpu'."
    make_node(WORKER_LANES="cpu,gpu")
    assert wait_for_the_end(job)[0].status == "completed"
    check_everything()
