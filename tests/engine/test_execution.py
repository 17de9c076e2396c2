"""No matter what goes wrong while an item runs, it ends or returns to the queue."""

import json
import os
import shutil
import threading
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.utils import timezone

from jobs import fail_points, storage
from jobs.engine import execution, lifecycle
from jobs.engine import failures as unfinished
from jobs.engine.deletion import delete_media
from jobs.engine.heartbeat import Heartbeat
from jobs.engine.sql import Selection
from jobs.engine.sweep import sweep
from jobs.engine.ticket import hosts
from jobs.models import Blob, ItemStatus, JobItem, Media, Reason
from plugins_app.finding import registry
from plugins_app.host import HostArtifact, HostFailure, HostResult, Progress
from plugins_app.sync import sync_plugins
from tests.engine.test_lifecycle import claim
from tests.factories import job_row, make_job, make_media, make_user, run_jobs
from tests.node import wait_until

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def run_every_attempt():
    """Execute all pending items, without pauses between attempts."""
    while JobItem.objects.filter(status=ItemStatus.PENDING).update(run_after=None):
        run_jobs()


@pytest.fixture
def odd_plugin(settings, tmp_path):
    """Registers a plugin with this code and returns its id."""

    def register(code):
        folder = tmp_path / "plugins" / "odd"
        folder.mkdir(parents=True)
        tool = {"id": "do", "title": "Do", "inputs": ["image_path"], "output": "json"}
        manifest = {"id": "odd", "name": "Odd", "version": "1", "tools": [tool]}
        (folder / "manifest.json").write_text(json.dumps(manifest))
        (folder / "plugin.py").write_text(code)
        settings.PLUGIN_DIRS = [folder.parent]
        sync_plugins()
        return "odd"

    yield register
    settings.PLUGIN_DIRS = []
    registry.refresh()


@pytest.mark.parametrize("character", ["\\0", "\\udcff"])
def test_a_plugin_that_fails_to_load_with_unprintable_words_fails_its_item(odd_plugin, character):
    make_job(make_user(), plugin=odd_plugin(f"raise RuntimeError('bad {character} name')\n"))
    run_jobs()
    item = JobItem.objects.get()
    assert (item.status, item.error_type) == (ItemStatus.FAILED, Reason.PLUGIN_UNAVAILABLE)
    assert "could not be loaded: RuntimeError: bad" in item.error_message


def test_a_mistake_of_the_worker_costs_an_attempt_and_at_last_fails(echo_plugin, monkeypatch):
    monkeypatch.setattr(execution, "run_record", lambda *_: {}["nothing"])
    job = make_job(make_user())
    run_jobs()
    item = job.items.get()
    assert (item.status, item.attempt, item.token) == (ItemStatus.PENDING, 1, "")
    run_every_attempt()
    item.refresh_from_db()
    assert (item.status, item.attempt, item.error_type) == ("failed", 3, Reason.WORKER_LOST)
    assert "KeyError" in item.error_message
    job.refresh_from_db()
    assert job.status == "failed"


def test_a_failure_is_written_although_the_database_was_away(echo_plugin, monkeypatch):
    fail, calls = lifecycle.fail, []

    def at_the_second_try(*args, **more):
        calls.append(args)
        if len(calls) == 1:
            raise OperationalError("server closed the connection unexpectedly")
        return fail(*args, **more)

    monkeypatch.setattr(lifecycle, "fail", at_the_second_try)
    job = make_job(make_user(), tools=("fail",))
    run_jobs()
    item = job.items.get()
    assert (item.status, item.error_type) == (ItemStatus.FAILED, Reason.TOOL_ERROR)


def test_settling_never_raises_so_that_the_worker_goes_on(echo_plugin, monkeypatch, settings):
    settings.LEASE_S = 0
    job_row(make_user())
    taken = claim()

    def away(*_args, **_more):
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(lifecycle, "fail", away)
    unfinished.settle(taken, HostFailure("tool_error", "No."))
    assert JobItem.objects.get().status == ItemStatus.RUNNING, "its lease brings it back"


def test_an_input_file_that_is_gone_fails_its_item(echo_plugin):
    job = make_job(make_user())
    make_media(job.owner)  # another one, still there
    storage.delete([job.items.get().media.blob.file.name])
    run_every_attempt()
    item = job.items.get()
    assert (item.status, item.error_type) == (ItemStatus.FAILED, Reason.UNDECODABLE)
    assert "gone from the server's storage" in item.error_message


def test_while_the_storage_is_away_items_wait_at_no_cost(echo_plugin, settings):
    job = make_job(make_user())
    media = Path(settings.MEDIA_ROOT)
    media.rename(media.with_name("elsewhere"))
    media.mkdir()
    run_jobs()
    item = job.items.get()
    assert (item.status, item.attempt) == (ItemStatus.PENDING, 0)
    assert item.run_after > timezone.now()
    shutil.rmtree(media)
    media.with_name("elsewhere").rename(media)
    run_every_attempt()
    item.refresh_from_db()
    assert (item.status, item.attempt) == (ItemStatus.COMPLETED, 1)


def test_a_file_of_the_tool_that_is_gone_again_is_the_tools_fault(echo_plugin, tmp_path):
    job_row(make_user())
    taken = claim()
    gone = HostArtifact("mask.png", tmp_path / "mask.png", "picture", "image/png")
    with pytest.raises(HostFailure, match=r"mask\.png that the tool wrote can't be read") as raised:
        execution.store_outcome(taken, HostResult({}, None, b"{}", [gone]), {})
    unfinished.settle(taken, raised.value)
    assert JobItem.objects.get().status == ItemStatus.FAILED


def test_the_lease_holds_while_a_large_result_is_stored(echo_plugin, settings, monkeypatch):
    settings.LEASE_S = 10
    monkeypatch.setattr(execution, "QUICKLY_STORED_BYTES", 0)
    monkeypatch.setattr(fail_points, "FOLDER", str(settings.DATA_DIR))
    storing, go_on = settings.DATA_DIR / "after_result", settings.DATA_DIR / "after_result.go"
    storing.write_text("hold")
    job = make_job(make_user(), params={"picture": True})
    recovered = []

    def lease():
        return job.items.get().lease_until

    def recover_after_a_renewal():
        try:
            wait_until(lambda: not storing.exists(), what="storing")
            before = lease()
            wait_until(lambda: lease() > before, what="the renewal of the lease")
            recovered.append(lifecycle.recover_lost())
        finally:
            go_on.touch()
            connection.close()

    thread = threading.Thread(target=recover_after_a_renewal)
    thread.start()
    run_jobs()
    thread.join()
    item = job.items.get()
    assert (item.status, item.attempt, recovered) == (ItemStatus.COMPLETED, 1, [0])


def test_the_sweep_spares_the_work_folder_of_an_item_that_runs_for_hours(settings):
    job_row(make_user())
    taken = claim()
    workdir, left = settings.UPLOAD_DIR / "run-a", settings.UPLOAD_DIR / "run-b"
    long_ago = (timezone.now() - timedelta(hours=3)).timestamp()
    for folder in (workdir, left):
        folder.mkdir()
        os.utime(folder, (long_ago, long_ago))
    Heartbeat(taken, lambda: False, workdir)(Progress())
    assert sweep().work == ["run-b"]
    assert workdir.exists()


def test_an_item_that_was_deleted_while_it_ran_leaves_no_files(echo_plugin):
    make_job(make_user())
    selection = Selection(("cpu",), ("echo",))
    taken = lifecycle.claim(selection, "test:1:1")
    delete_media(Media.objects.get())
    plugin = registry.get("echo")
    assert execution.execute(taken, plugin, hosts()) is None
    assert not Blob.objects.exists()
    assert [
        path for path in Path(storage.default_storage.location).rglob("*") if path.is_file()
    ] == []
