"""Death, a full disk and read-only storage at each step from the claim to the committed result."""

import pytest

from jobs.models import JobItem
from tests.factories import make_job, make_user
from tests.faults.invariants import check_everything, wait_for_the_end
from tests.node import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]

STEPS = [
    "in_claim",
    "after_claim",
    "after_run",
    "in_store",
    "after_result",
    "after_artifacts",
    "before_commit",
    "in_commit",
    "after_commit",
]
WRITES = ["in_store", "after_result", "after_artifacts"]


@pytest.fixture
def points(make_node, own_data_dir):
    """A running node, and the folder that determines what goes wrong next."""
    folder = own_data_dir / "fail-points"
    folder.mkdir()
    make_node(FORGESYTE_FAIL_POINTS=str(folder), STORAGE_PAUSE_S="1")
    return folder


def run_job_with(points, step, action):
    """Arm the point, run a job with artifacts through it, and return its item."""
    (points / step).write_text(action)
    job = make_job(make_user(), params={"picture": True})
    assert wait_for_the_end(job)[0].status == "completed"
    wait_until(lambda: not (points / step).exists(), what=f"passing {step}")
    return JobItem.objects.get(job=job)


def test_a_kill_at_each_step_loses_and_doubles_nothing(points):
    attempts = {step: run_job_with(points, step, "kill").attempt for step in STEPS}
    assert attempts == dict.fromkeys(STEPS, 2) | {"in_claim": 1, "after_commit": 1}
    check_everything()


def test_a_full_disk_or_lost_storage_costs_no_attempt(points, monkeypatch):
    for action in ("disk_full", "read_only"):
        for step in WRITES:
            item = run_job_with(points, step, action)
            assert item.attempt == 1, "the item is not to blame"
    check_everything()
