"""Lanes are paused and resumed in the admin."""

import pytest
from django.urls import reverse

from jobs.models import Pause
from tests.factories import make_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss(client):
    user = make_user("boss", is_staff=True, is_superuser=True)
    client.force_login(user)
    return client


def test_a_lane_is_paused_by_someone_and_resumed(boss):
    boss.post(reverse("admin:jobs_pause_add"), {"lane": "*", "note": "moving house"})
    pause = Pause.objects.get()
    assert (pause.lane, pause.note, pause.paused_by.username) == ("*", "moving house", "boss")
    page = boss.get(reverse("admin:index")).content.decode()
    assert "Everything is paused (moving house)." in page
    boss.post(reverse("admin:jobs_pause_delete", args=["*"]), {"post": "yes"})
    assert not Pause.objects.exists()


def test_users_are_told_that_everything_is_paused(client):
    client.force_login(make_user("ada"))
    Pause.objects.create(lane="gpu")
    assert "paused" not in client.get("/jobs").content.decode()
    Pause.objects.create(lane="*", note="moving house")
    assert "Everything is paused (moving house)." in client.get("/jobs").content.decode()
