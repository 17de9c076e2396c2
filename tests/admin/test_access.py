"""Who may see what in the admin."""

import pytest
from django.urls import reverse

from tests.admin.pages import address, words
from tests.factories import finish, job_row, make_artifact, make_user, make_worker, media_row

MODELS = ("job", "jobitem", "media", "blob", "worker", "apikey")


@pytest.fixture
def addresses(owner):
    """Every list, every page and every file of one finished job."""
    from jobs.models import ApiKey

    media = media_row(owner)
    job = job_row(owner, media)
    item = job.items.get()
    finish(item)
    artifact = make_artifact(item)
    pks = {
        "job": job.pk,
        "jobitem": item.pk,
        "media": media.pk,
        "blob": media.blob_id,
        "worker": make_worker().pk,
        "apikey": ApiKey.objects.issue(owner, "laptop")[1].pk,
    }
    return (
        [address(model) for model in MODELS]
        + [address(model, pk) for model, pk in pks.items()]
        + [
            reverse("admin:jobs_media_file", args=[media.pk]),
            reverse("admin:jobs_media_thumbnail", args=[media.pk]),
            reverse("admin:jobs_blob_thumbnail", args=[media.blob_id]),
            reverse("admin:jobs_jobitem_result", args=[item.pk]),
            reverse("admin:jobs_jobitem_artifact", args=[item.pk, artifact.pk]),
        ]
    )


def statuses(client, addresses):
    return {where: client.get(where).status_code for where in addresses}


def test_superusers_see_everything(boss, addresses):
    assert set(statuses(boss, addresses).values()) == {200}


def test_staff_with_view_permissions_see_everything(viewer, addresses):
    assert set(statuses(viewer, addresses).values()) == {200}


def test_staff_without_permissions_see_nothing(stranger, addresses):
    assert set(statuses(stranger, addresses).values()) == {403}


def test_other_users_are_sent_to_the_login(customer, addresses):
    assert set(statuses(customer, addresses).values()) == {302}


def test_anonymous_visitors_are_sent_to_the_login(client, addresses):
    assert set(statuses(client, addresses).values()) == {302}


def test_who_may_see_jobs_only_sees_neither_items_nor_pictures(client, owner):
    job = job_row(owner, media_row(owner, "secret-name.png"))
    finish(job.items.get())
    client.force_login(make_user("clerk", "view_job", is_staff=True))
    page = client.get(address("job", job.pk))
    assert "but not their items" in words(page)
    assert "secret-name" not in page.content.decode()
    assert "Total 12.50" not in page.content.decode()
    assert "secret-name" not in client.get(address("job")).content.decode()


def test_who_may_see_items_but_not_media_gets_no_pictures(client, owner):
    job = job_row(owner)
    finish(job.items.get())
    client.force_login(make_user("clerk", "view_job", "view_jobitem", is_staff=True))
    for where in (
        address("job"),
        address("job", job.pk),
        address("jobitem"),
        address("jobitem", job.items.get().pk),
    ):
        page = client.get(where)
        assert page.status_code == 200
        assert "/admin/jobs/media/" not in page.content.decode()


def test_the_site_is_called_forgesyte(boss):
    page = boss.get(reverse("admin:index"))
    assert "ForgeSyte" in words(page)
    assert "Django administration" not in words(page)
