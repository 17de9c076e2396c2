"""The sweep removes files that nothing refers to, and no others."""

from datetime import timedelta
from pathlib import Path

import pytest

from jobs import storage
from jobs.engine import lifecycle
from jobs.engine.sweep import sweep
from jobs.models import Artifact, Blob, JobItem
from tests.factories import ANYTHING, job_row, make_user

pytestmark = pytest.mark.django_db
NOW = timedelta(0)


def stored(name):
    return (Path(storage.default_storage.location) / name).exists()


def test_files_of_attempts_that_were_not_committed_are_removed():
    job_row(make_user())
    claim = lifecycle.claim(ANYTHING, "test:1:1")
    folder = f"image/output/{claim.job_id}/{claim.item_id}"
    for attempt in ("1-aaaaaaaa", "2-bbbbbbbb"):
        storage.save_bytes(f"{folder}/{attempt}/result.json", b"{}")
        storage.save_bytes(f"{folder}/{attempt}/mask.png", b"x")
    JobItem.objects.update(result=f"{folder}/2-bbbbbbbb/result.json")
    Artifact.objects.create(
        item_id=claim.item_id,
        name="mask.png",
        kind="picture",
        content_type="image/png",
        size_bytes=1,
        sha256="",
        file=f"{folder}/2-bbbbbbbb/mask.png",
    )
    assert sorted(sweep(NOW).files) == [
        f"{folder}/1-aaaaaaaa/mask.png",
        f"{folder}/1-aaaaaaaa/result.json",
    ]
    assert stored(f"{folder}/2-bbbbbbbb/result.json")
    assert stored(f"{folder}/2-bbbbbbbb/mask.png")
    assert not stored(f"{folder}/1-aaaaaaaa"), "empty folders go along"


def test_inputs_without_a_row_are_removed_and_others_kept():
    job_row(make_user())
    blob = Blob.objects.get()
    storage.save_bytes("image/input/orphan.png", b"x")
    assert sweep(NOW).files == ["image/input/orphan.png"]
    assert stored(blob.file.name)
    assert stored(blob.thumbnail.name)


def test_young_files_are_spared_because_their_row_may_be_on_its_way():
    storage.save_bytes("image/input/young.png", b"x")
    assert sweep().files == []
    assert stored("image/input/young.png")


def test_work_folders_of_killed_processes_are_removed(own_data_dir):
    left = own_data_dir / "tmp" / "run-abc"
    left.mkdir()
    (left / "result.json").write_text("{}")
    assert sweep(NOW).work == ["run-abc"]
    assert not left.exists()


def test_sweeping_an_empty_storage_is_fine():
    assert sweep(NOW).files == []
