"""/healthz and /readyz"""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone

from jobs.models import Worker
from tests.factories import make_worker


def ready():
    response = Client().get("/readyz")
    return response.status_code, response.json()["checks"]


@pytest.fixture
def worker(db):
    return make_worker()


def test_alive_without_asking_the_database(client, django_assert_num_queries):
    with django_assert_num_queries(0):
        response = Client().get("/healthz")
    assert response.status_code == 200
    assert response.json() == {"status": "ok"}
    assert "no-store" in response["Cache-Control"]


def test_ready_when_every_part_is(worker):
    expected = dict.fromkeys(("database", "migrations", "storage", "worker"), "ok")
    assert ready() == (200, expected)


def test_without_a_worker_it_is_not(db):
    status, checks = ready()
    assert status == 503
    assert "worker" in checks["worker"]
    assert checks["database"] == "ok"


def test_a_worker_that_has_not_been_heard_of_does_not_count(worker):
    Worker.objects.update(seen_at=timezone.now() - timedelta(minutes=1))
    assert ready()[0] == 503


def test_without_a_writable_storage_it_is_not(worker, settings, tmp_path):
    (tmp_path / "file").write_text("in the way")
    settings.MEDIA_ROOT = tmp_path / "file" / "media"
    status, checks = ready()
    assert status == 503
    assert "log" in checks["storage"]
    assert str(tmp_path) not in checks["storage"]


def test_nothing_is_left_in_the_storage(worker, own_data_dir):
    ready()
    assert not [path for path in own_data_dir.rglob("*") if path.is_file()]


def test_with_a_migration_missing_it_is_not(worker):
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM django_migrations WHERE app = 'jobs'")
    status, checks = ready()
    assert status == 503
    assert "migrate" in checks["migrations"]


@pytest.mark.parametrize("url", ["/healthz", "/readyz"])
def test_they_are_only_read(db, url):
    assert Client().post(url).status_code == 405
