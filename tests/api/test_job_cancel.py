"""POST /v1/jobs/{id}/cancel"""

from jobs.engine import lifecycle, recovery, sql
from tests.api.asserts import assert_problem
from tests.factories import make_finished_job, make_job, make_media, run_jobs


def cancel(client, job):
    return client.post(f"/v1/jobs/{job.pk}/cancel")


def test_a_pending_job_is_canceled_at_once(client, owner, echo_plugin):
    job = make_job(owner)
    response = cancel(client, job)
    assert response.status_code == 200
    body = response.json()
    assert (body["job_id"], body["status"]) == (str(job.pk), "canceled")
    assert body["counts"]["canceled"] == 1
    assert body["finished_at"]
    assert run_jobs() == 0


def test_a_running_job_is_canceled_at_once_and_its_worker_loses_it(client, owner, echo_plugin):
    job = make_job(owner)
    held = lifecycle.claim(sql.Selection(("cpu",), ("echo",)), recovery.worker_name())
    assert cancel(client, job).json()["status"] == "canceled"
    assert lifecycle.beat(held) is False


def test_what_had_finished_stays(client, owner, echo_plugin):
    from jobs.engine import ticket
    from jobs.engine.execution import execute
    from plugins_app.finding import registry

    job = make_job(owner, [make_media(owner), make_media(owner)])
    held = lifecycle.claim(sql.Selection(("cpu",), ("echo",)), recovery.worker_name())
    execute(held, registry.get("echo"), ticket.hosts())
    body = cancel(client, job).json()
    assert body["status"] == "canceled"
    assert (body["counts"]["completed"], body["counts"]["canceled"]) == (1, 1)


def test_canceling_twice_is_fine(client, owner, echo_plugin):
    job = make_job(owner)
    cancel(client, job)
    assert cancel(client, job).json()["status"] == "canceled"


def test_a_job_that_has_ended_can_not_be_canceled(client, owner, echo_plugin):
    assert_problem(cancel(client, make_finished_job(owner)), 409, "already completed")
    assert_problem(cancel(client, make_finished_job(owner, tools=["fail"])), 409, "already failed")


def test_a_body_is_not_needed_and_not_read(client, owner, echo_plugin):
    job = make_job(owner)
    response = client.generic("POST", f"/v1/jobs/{job.pk}/cancel", b"{", "application/json")
    assert response.status_code == 200
