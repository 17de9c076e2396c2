"""Users learn why their job waits, and operators what to do about it."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from forgesyte import __version__
from jobs.diagnosis import blocked_reason, server_problems
from jobs.engine import lifecycle
from jobs.models import ItemStatus, JobItem, Pause, Reason, Worker
from plugins_app.models import Plugin
from tests.factories import ANYTHING, job_row, make_plugin, make_user, make_worker

pytestmark = pytest.mark.django_db


@pytest.fixture
def plugin():
    return make_plugin(name="P", version="1", code_digest="abc", manifest={})


@pytest.fixture
def worker(plugin):
    return make_worker(
        "vision1",
        machine="m",
        pid=77,
        plugins={"ocr": {"version": "1", "digest": "abc"}},
        version=__version__,
    )


def reason():
    return blocked_reason(job_row(make_user()))


def problems():
    return " ".join(map(str, server_problems()))


def test_nothing_wrong(worker):
    assert reason() == "It is waiting for a free worker."
    assert server_problems() == []


def test_no_worker(plugin):
    assert reason() == "No worker is running."
    assert "make worker" in problems()


def test_a_worker_that_fell_silent_counts_as_gone(worker):
    Worker.objects.update(seen_at=timezone.now() - timedelta(seconds=20))
    assert reason() == "No worker is running."


def test_a_worker_that_signed_off_counts_as_gone(worker):
    Worker.objects.update(stopped_at=timezone.now())
    assert reason() == "No worker is running."


def test_no_worker_for_the_lane(worker):
    Worker.objects.update(lanes=["gpu"])
    assert reason() == "No running worker serves the lane 'cpu'."
    assert "WORKER_LANES=cpu" in problems()


def test_no_worker_with_the_plugin(worker):
    Worker.objects.update(plugins={})
    assert reason() == "No running worker has the plugin 'ocr'."


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"enabled": False}, "The plugin 'ocr' is switched off."),
        ({"paused": True}, "The plugin 'ocr' is paused."),
        ({"removed": True}, "The plugin 'ocr' is no longer installed."),
    ],
)
def test_the_plugin_is_held_back(worker, change, said):
    Plugin.objects.update(**change)
    assert reason() == said
    assert said in problems()


@pytest.mark.parametrize("lane", ["cpu", "*"])
def test_a_pause(worker, lane):
    call_command("pause", lane, note="moving house")
    assert "paused (moving house)" in reason()
    assert f"manage.py resume {lane}" in problems()
    call_command("resume", lane)
    assert server_problems() == []


def test_another_lane_paused_does_not_matter(worker):
    Pause.objects.create(lane="gpu")
    assert reason() == "It is waiting for a free worker."


def test_resuming_what_is_not_paused_is_an_error(db):
    with pytest.raises(CommandError, match="was not paused"):
        call_command("resume")


def test_a_full_disk(worker):
    Worker.objects.update(disk_is_full=True)
    assert "nearly full" in reason()
    assert "FREE_DISK_FLOOR_MB" in problems()


def test_waiting_for_another_try(worker):
    job = job_row(make_user())
    JobItem.objects.update(
        run_after=timezone.now() + timedelta(seconds=60), error_message="The plugin crashed."
    )
    assert blocked_reason(job) == "It will be retried in 60 s. The plugin crashed."


def test_own_items_ahead_are_counted_and_those_of_others_are_not(worker):
    owner = make_user()
    job_row(owner, items=3)
    job_row(make_user(), items=5)
    assert blocked_reason(job_row(owner)) == "1 of your own items is ahead of it."
    assert blocked_reason(job_row(owner)) == "3 of your own items are ahead of it."


def test_a_running_job_is_not_blocked(worker):
    job = job_row(make_user())
    lifecycle.claim(ANYTHING, "test:1:1:1")
    job.refresh_from_db()
    assert blocked_reason(job) is None


def test_versions_that_differ(worker):
    Worker.objects.update(version="0.0.9")
    assert "runs version 0.0.9" in problems()
    Worker.objects.update(version=__version__)
    Plugin.objects.update(code_digest="other")
    assert "differs from the server's" in problems()


def test_the_doctor_says_it_and_exits_with_1(plugin, capsys):
    with pytest.raises(CommandError, match="needs attention") as raised:
        call_command("doctor")
    assert raised.value.returncode == 1
    assert "No worker is running. Start one with `make worker`." in capsys.readouterr().out


def test_the_doctor_on_a_healthy_server(worker, capsys):
    job_row(make_user())
    lifecycle.claim(ANYTHING, f"vision1:{str(worker.pk)[-8:]}:78:1")
    call_command("doctor")
    said = capsys.readouterr().out
    assert "busy with ocr/extract_text" in said
    assert "0 waiting, 1 running" in said
    assert "Nothing keeps jobs from running." in said


def test_the_doctor_on_one_job(plugin, capsys):
    job = job_row(make_user())
    call_command("doctor", str(job.pk))
    assert "No worker is running. Start one with `make worker`." in capsys.readouterr().out
    with pytest.raises(CommandError, match="There is no job"):
        call_command("doctor", "nonsense")


def test_items_of_a_removed_plugin_fail_with_a_reason(plugin):
    job = job_row(make_user(), items=2)
    assert lifecycle.fail_orphaned() == 0
    Plugin.objects.update(removed=True)
    assert lifecycle.fail_orphaned() == 2
    job.refresh_from_db()
    assert job.status == "failed"
    assert set(job.items.values_list("status", "error_type")) == {
        (ItemStatus.FAILED, Reason.PLUGIN_UNAVAILABLE)
    }


def test_items_wait_while_some_worker_still_has_the_removed_plugin(worker):
    job_row(make_user())
    Plugin.objects.update(removed=True)
    assert lifecycle.fail_orphaned() == 0
