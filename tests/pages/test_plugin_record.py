"""What a plugin's page tells of its past: how long its tools took, and its last error."""

import pytest
from django.urls import reverse

from jobs.models import JobItem
from plugins_app.finding import registry
from plugins_app.models import Plugin
from plugins_app.sync import sync_plugins
from tests.factories import make_finished_job, make_job, make_user, run_jobs
from tests.plugins.hosts import FIXTURES

pytestmark = pytest.mark.slow


def page_of(client, plugin):
    return client.get(reverse("plugin", args=[plugin])).content.decode()


@pytest.fixture
def boss(client):
    """A client that staff uses."""
    client.force_login(make_user(is_staff=True, is_superuser=True))
    return client


def test_before_anything_ran_no_time_is_claimed(client, echo_plugin):
    assert "Time per picture" not in page_of(client, "echo")


def test_times_are_the_median_and_the_slow_end_of_real_runs(client, echo_plugin):
    ada = make_user()
    for wall_s in (0.1, 0.2, 0.3, 0.4, 9.0):
        job = make_finished_job(ada, tools=["describe"])
        run = job.items.get().run
        assert run["wall_s"] >= 0
        JobItem.objects.filter(job=job).update(run={**run, "wall_s": wall_s})
    failed = make_finished_job(ada, tools=["fail"])
    assert failed.status == "failed"
    page = page_of(client, "echo")
    assert page.count("Time per picture") == 1
    assert "0.30 s" in page
    assert "nine of ten within 5.6 s" in page


def test_how_much_others_ran_is_for_staff_alone(client, echo_plugin, boss):
    make_finished_job(make_user())
    assert "over 1 run" in page_of(boss, "echo")
    client.force_login(make_user())
    page = page_of(client, "echo")
    assert "Time per picture" in page
    assert "over 1 run" not in page


def test_the_last_error_is_for_staff_alone(client, echo_plugin, boss):
    Plugin.objects.get(pk="echo").record_error("Crashed in <b>secret.py</b>.")
    page = page_of(boss, "echo")
    assert "Crashed in &lt;b&gt;secret.py&lt;/b&gt;." in page
    client.force_login(make_user())
    assert "secret.py" not in page_of(client, "echo")


@pytest.fixture
def broken_plugins(settings, db):
    """The deliberately broken plugins are installed, and get one attempt."""
    settings.PLUGIN_DIRS = [FIXTURES]
    settings.MAX_ATTEMPTS = 1
    sync_plugins()
    yield
    settings.PLUGIN_DIRS = []
    registry.refresh()


@pytest.mark.parametrize(
    ("plugin", "words"),
    [
        ("import-error", "No module named"),
        ("crash-on-load", "crashed with SIGABRT"),
        ("slow-load", "did not finish loading in 1 seconds"),
        ("error-on-load", "The weights file model.onnx is missing."),
    ],
)
def test_a_plugin_that_cannot_be_loaded_fails_its_items_and_says_so(
    boss, broken_plugins, monkeypatch, plugin, words
):
    bad = make_job(make_user(), plugin=plugin)
    with monkeypatch.context() as patched:
        if plugin == "slow-load":
            patched.setattr("plugins_app.host.supervisor.LOAD_TIMEOUT_S", 1.0)
        run_jobs()
    good = make_job(make_user(), plugin="good", tools=["either"])
    run_jobs()
    assert bad.items.get().status == "failed"
    assert words in bad.items.get().error_message
    assert good.items.get().status == "completed"
    page = page_of(boss, plugin).replace("&#x27;", "'")
    assert "Last error" in page
    assert words in page


@pytest.mark.parametrize(
    ("plugin", "words"),
    [
        ("bad_manifest", "$.tools: must not be empty."),
        ("no_manifest", "The folder has no manifest.json."),
        ("needs-things", "The environment variable A_MODEL_NOBODY_SET is not set;"),
    ],
)
def test_a_plugin_that_cannot_be_used_says_why_to_everybody(client, broken_plugins, plugin, words):
    page = page_of(client, plugin)
    assert "Unavailable" in page
    assert words in page


def test_a_users_bad_picture_is_no_error_of_the_plugin(boss, broken_plugins, monkeypatch):
    monkeypatch.setenv("TROUBLE_VARIABLE", "wanted")
    sync_plugins()
    job = make_job(make_user(), plugin="troublemaker", tools=["tool_error"])
    run_jobs()
    assert job.items.get().error_type == "undecodable"
    assert Plugin.objects.get(pk="troublemaker").last_error == ""
