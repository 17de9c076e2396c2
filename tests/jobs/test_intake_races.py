"""The same bytes uploaded several times at once, and lost responses: files and rows still match."""

import os
import threading
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from django.db import IntegrityError, OperationalError, connection

from jobs import intake, media_host, storage
from jobs.engine.deletion import delete_media
from jobs.intake import store
from jobs.models import Blob, Media
from tests.factories import make_job, make_media, make_user, picture, run_jobs, uploaded

pytestmark = pytest.mark.django_db(transaction=True)


def stored_files():
    root = Path(storage.default_storage.location)
    return {str(path.relative_to(root)) for path in root.rglob("*") if path.is_file()}


def assert_rows_and_files_agree():
    rows = Blob.objects.values_list("file", "thumbnail")
    assert stored_files() == {name for row in rows for name in row}


def test_the_same_picture_many_times_at_once_is_kept_once():
    owner, data = make_user(), picture()
    start = threading.Barrier(4)
    errors = []

    def upload():
        try:
            with uploaded(data=data) as file:
                start.wait(120)
                intake.receive(owner, file)
        except Exception as error:  # noqa: BLE001  # the test looks at it
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=upload) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert (Blob.objects.count(), Media.objects.count()) == (1, 4)
    assert_rows_and_files_agree()


def test_a_twin_that_is_deleted_in_between_costs_the_upload_nothing(monkeypatch):
    create, calls = store.create_blob, []

    def after_a_twin_came_and_went(*args):
        calls.append(args)
        if len(calls) == 1:
            raise IntegrityError("one_blob_per_owner_and_bytes")
        return create(*args)

    monkeypatch.setattr(store, "create_blob", after_a_twin_came_and_went)
    assert make_media(make_user()).blob.width == 40
    assert_rows_and_files_agree()


def test_uploading_and_deleting_the_same_picture_at_once_leaves_rows_and_files_together():
    owner, data = make_user(), picture()
    errors = []

    def come_and_go():
        try:
            for _ in range(5):
                delete_media(make_media(owner, data=data))
        except Exception as error:  # noqa: BLE001  # the test looks at it
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=come_and_go) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert not Media.objects.exists()
    assert stored_files() == set()


def test_files_stay_when_only_the_answer_to_the_commit_got_lost(monkeypatch):
    if connection.vendor == "sqlite":  # its responses can't get lost
        return
    write = store.write_rows

    def committed_but_never_told(*args):
        write(*args)
        raise OperationalError("server closed the connection unexpectedly")

    monkeypatch.setattr(store, "write_rows", committed_but_never_told)
    with pytest.raises(OperationalError):
        make_media(make_user())
    assert_rows_and_files_agree()


def test_a_file_that_was_lost_is_there_again_after_another_upload(echo_plugin):
    owner, data = make_user(), picture()
    media = make_media(owner, data=data)
    storage.delete([media.blob.file.name])
    job = make_job(owner, [make_media(owner, data=data)])
    run_jobs()
    assert job.items.get().status == "completed"


def test_two_first_pictures_at_once_share_one_probe(monkeypatch):
    made = []

    def made_slowly(_line):
        made.append(1)
        time.sleep(0.2)
        return SimpleNamespace(pid=os.getpid())

    monkeypatch.setattr(media_host, "hosts", {})
    monkeypatch.setattr(media_host, "MediaHost", made_slowly)
    threads = [threading.Thread(target=media_host.host_for, args=("image",)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
