"""A disk that is really full, and one that is really read-only, on a small file system."""

import subprocess
from pathlib import Path

import pytest

from jobs.models import ItemStatus, JobItem
from tests.factories import make_job, make_media, make_user
from tests.faults.invariants import check_everything, wait_for_the_end
from tests.node import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def small_disk(own_data_dir):
    """The media folder on its own file system of 2 MB."""
    media = own_data_dir / "media"
    mount = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", str(media)]
    if subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("file systems can't be mounted here")
    yield media
    subprocess.run(["umount", "-l", str(media)], check=True)


def fill(media: Path) -> Path:
    ballast = media / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(b"x" * 4096)
        except OSError:
            return ballast


def waits_unblamed(job):
    item = JobItem.objects.get(job=job)
    return item.status == ItemStatus.PENDING and item.attempt == 0 and item.run_after


def test_results_wait_until_there_is_space_again(small_disk, make_node):
    owner = make_user()
    media = make_media(owner)
    ballast = fill(small_disk)
    make_node(STORAGE_PAUSE_S="1")
    job = make_job(owner, [media], params={"picture": True})
    item = wait_until(lambda: waits_unblamed(job) and JobItem.objects.get(job=job))
    assert "No space left" in item.error_message
    ballast.unlink()
    assert wait_for_the_end(job)[0].status == "completed"
    assert JobItem.objects.get(job=job).attempt == 1
    check_everything()


def test_results_wait_until_the_storage_can_be_written_again(small_disk, make_node):
    owner = make_user()
    media = make_media(owner)
    make_node(STORAGE_PAUSE_S="1")
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    job = make_job(owner, [media])
    item = wait_until(lambda: waits_unblamed(job) and JobItem.objects.get(job=job))
    assert "Read-only" in item.error_message
    subprocess.run(["mount", "-o", "remount,rw", str(small_disk)], check=True)
    assert wait_for_the_end(job)[0].status == "completed"
    check_everything()


def test_below_the_floor_nothing_is_taken_and_it_is_told(make_node):
    """The queue pauses instead of failing all its items."""
    from jobs.diagnosis import blocked_reason, server_problems
    from jobs.models import Worker

    make_node(FREE_DISK_FLOOR_MB=str(10**9))
    job = make_job(make_user())
    wait_until(lambda: Worker.objects.filter(disk_is_full=True).exists())
    assert "nearly full" in blocked_reason(job)
    assert any("nearly full" in problem.what for problem in server_problems())
    job.refresh_from_db()
    assert job.status == "pending"
