"""DELETE /v1/jobs/{id}"""

from jobs.models import Job, JobItem, Media
from tests.api.asserts import assert_problem
from tests.factories import make_finished_job, make_job, make_media, run_jobs


def test_a_job_goes_with_its_results_and_the_media_stay(
    client, owner, echo_plugin, own_data_dir, django_capture_on_commit_callbacks
):
    job = make_finished_job(owner, [make_media(owner)], params={"picture": True})
    with django_capture_on_commit_callbacks(execute=True):
        assert client.delete(f"/v1/jobs/{job.pk}").status_code == 204
    assert_problem(client.get(f"/v1/jobs/{job.pk}"), 404)
    assert_problem(client.delete(f"/v1/jobs/{job.pk}"), 404)
    assert (JobItem.objects.count(), Media.objects.count()) == (0, 1)
    assert not [path for path in own_data_dir.rglob("image/output/*") if path.is_file()]


def test_what_waits_is_never_run(client, owner, echo_plugin):
    job = make_job(owner)
    assert client.delete(f"/v1/jobs/{job.pk}").status_code == 204
    assert run_jobs() == 0
    assert Job.objects.count() == 0
