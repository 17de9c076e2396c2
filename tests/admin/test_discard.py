"""Discarding uploads from the admin."""

import pytest

from jobs.models import Blob, JobItem, Media
from tests.admin.conftest import client_of
from tests.admin.pages import address, words
from tests.factories import job_row, make_user, media_row

pytestmark = pytest.mark.django_db(transaction=True)  # files go after the commit


def discard(client, *media):
    values = {"action": "discard", "_selected_action": [each.pk for each in media]}
    return client.post(address("media"), values, follow=True)


@pytest.fixture
def olga():
    return make_user("olga")


@pytest.fixture
def clerk():
    permissions = ("view_media", "delete_media")
    return client_of(make_user("clerk", *permissions, is_staff=True))


def stored(settings):
    return [path for path in settings.MEDIA_ROOT.rglob("*") if path.is_file()]


def test_an_unused_upload_goes_with_its_files(clerk, olga, settings):
    media = media_row(olga)
    assert len(stored(settings)) == 2
    assert "Discarded: 1." in words(discard(clerk, media))
    assert not Media.objects.exists()
    assert not Blob.objects.exists()
    assert stored(settings) == []


def test_an_upload_that_a_job_uses_is_kept_with_a_reason(clerk, olga, settings):
    used, unused = media_row(olga), media_row(olga)
    job_row(olga, used)
    page = words(discard(clerk, used, unused))
    assert "Discarded: 1." in page
    assert "Kept: 1. Jobs refer to them" in page
    assert list(Media.objects.all()) == [used]
    assert JobItem.objects.count() == 1
    assert len(stored(settings)) == 2


def test_bytes_that_another_upload_uses_stay(clerk, olga, settings):
    media = media_row(olga)
    Media.objects.create(owner=olga, blob=media.blob, filename="again.png")
    discard(clerk, media)
    assert Media.objects.get().filename == "again.png"
    assert len(stored(settings)) == 2


def test_who_may_only_look_cannot_discard(olga):
    viewer = client_of(make_user("viewer", "view_media", is_staff=True))
    media = media_row(olga)
    assert "Discard uploads" not in viewer.get(address("media")).content.decode()
    discard(viewer, media)
    assert Media.objects.count() == 1
