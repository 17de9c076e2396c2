"""What a plugin gets from its host, and what comes back."""

import json
import os
import select
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from plugins_app.finding import registry
from plugins_app.host import HostFailure, PluginHost, linux, proctree
from plugins_app.host.environment import host_environment
from tests.plugins.hosts import FIXTURES, call, host_processes, installed, unwatched

pytestmark = pytest.mark.slow


@pytest.fixture
def good(fixture_plugins):
    made = PluginHost(installed("good"))
    yield made
    made.close()


def test_an_image_tool_gets_bytes_base64_and_path(good, picture, workdir):
    done = good.call(call("describe", picture, workdir, params={"min_score": 0.5}), unwatched)
    args = done.result["args"]
    assert args["image_bytes"] == "10 bytes"
    assert args["image_base64"] == args["frame_base64"] == "MDEyMzQ1Njc4OQ=="
    assert args["image_path"] == str(picture)
    assert args["device"] == "cpu"
    assert "video_path" not in args


def test_parameters_come_flat_and_as_options(good, picture, workdir):
    params = {"min_score": 0.5, "mode": "fast"}
    args = good.call(call("describe", picture, workdir, params=params), unwatched).result["args"]
    assert (args["min_score"], args["mode"]) == (0.5, "fast")
    assert args["options"] == params


def test_declared_prompts_are_handed_over_and_others_are_not(good, picture, workdir):
    prompts = {"boxes": [{"bbox": [1, 2, 3, 4]}], "points": [{"point": [1, 1]}]}
    args = good.call(call("describe", picture, workdir, prompts=prompts), unwatched).result["args"]
    assert args["boxes"] == prompts["boxes"]
    assert args["text"] == ""
    assert "points" not in args


def test_parameters_of_the_same_name_win_over_prompts(good, picture, workdir):
    asked = call(
        "describe", picture, workdir, params={"text": "own"}, prompts={"text": "the medium's"}
    )
    assert good.call(asked, unwatched).result["args"]["text"] == "own"


def test_a_video_tool_gets_a_path_and_a_progress_callback(good, picture, workdir):
    args = good.call(call("count", picture, workdir), unwatched).result["args"]
    assert args["video_path"] == str(picture)
    assert args["progress_callback"] == "callable"
    assert "image_path" not in args


def test_a_tool_for_both_kinds_gets_the_kind_it_is_called_with(good, picture, workdir):
    video = good.call(call("either", picture, workdir, kind="video"), unwatched).result["args"]
    image = good.call(call("either", picture, workdir, kind="image"), unwatched).result["args"]
    assert "video_path" in video
    assert "image_path" not in video
    assert "image_path" in image
    assert "video_path" not in image


def test_the_result_tells_what_made_it_and_what_it_cost(good, picture, workdir):
    done = good.call(call("describe", picture, workdir), unwatched)
    assert done.model_digest == "sha256:abc123"
    assert done.log == "model loaded\n"
    assert 0 <= done.cpu_s < 20
    assert 0 < done.wall_s < 20
    assert 5_000_000 < done.peak_rss_bytes < 200_000_000
    assert done.result_path is None


def test_artifacts_are_files_in_the_work_folder(good, picture, workdir):
    (note,) = good.call(call("describe", picture, workdir), unwatched).artifacts
    assert (note.name, note.kind, note.content_type) == ("note.txt", "text", "text/plain")
    assert note.path == workdir / "note.txt"
    assert note.path.read_text() == "written by the tool"


def test_a_plugin_is_loaded_once_and_kept_warm(good, picture, workdir):
    first = good.call(call("describe", picture, workdir), unwatched)
    second = good.call(call("describe", picture, workdir), unwatched)
    assert first.result["pid"] == second.result["pid"] == good.pid
    assert second.result["loads"] == 1
    assert second.log == ""


def test_each_call_works_in_its_own_folder(good, picture, workdir, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    assert good.call(call("describe", picture, workdir), unwatched).result["folder"] == str(workdir)
    assert good.call(call("describe", picture, other), unwatched).result["folder"] == str(other)


def test_a_warm_host_survives_that_its_last_work_folder_is_removed(good, picture, tmp_path):
    for name in ("one", "two"):
        folder = tmp_path / name
        folder.mkdir()
        done = good.call(call("describe", picture, folder), unwatched)
        assert done.result["folder"] == str(folder)
        (folder / "note.txt").unlink()
        folder.rmdir()


def test_a_large_result_comes_as_a_file(host, picture, workdir):
    done = host.call(call("huge_result", picture, workdir), unwatched)
    assert done.result is None
    assert done.result_path == workdir / "result.json"
    assert json.loads(done.result_path.read_bytes()) == {"numbers": list(range(400_000))}


def test_numpy_values_become_plain_numbers(host, picture, workdir):
    done = host.call(call("numpy_result", picture, workdir), unwatched)
    assert done.result == {"box": [1, 2, 3, 4], "score": 0.5, "count": 3}


def test_a_result_like_a_pydantic_model_and_an_old_plugin_work_unmodified(
    fixture_plugins, picture, workdir
):
    old = PluginHost(installed("forgesyte-old"))
    try:
        done = old.call(call("default", picture, workdir), unwatched)
    finally:
        old.close()
    assert done.result == {"size": 10, "device": "cpu"}


def test_output_goes_to_the_log_and_never_into_the_protocol(host, picture, workdir):
    done = host.call(call("garbage_on_stdout", picture, workdir), unwatched)
    assert done.result == {"done": True}
    assert "hello{}{]" in done.log
    assert "\0" not in done.log


def test_of_much_output_the_end_is_kept(host, picture, workdir):
    done = host.call(call("much_output", picture, workdir), unwatched)
    assert done.log.startswith("[")
    assert done.log.endswith("line 19999\n")


def test_progress_reaches_whoever_waits(host, picture, workdir):
    """The tool goes on when a step was seen."""
    seen = {}

    def beat(progress):
        if progress.note:
            seen[progress.note] = progress.fraction
            (workdir / f"seen {progress.note}").touch()

    host.call(call("report_progress", picture, workdir), beat, beat_s=0.02)
    assert seen == {f"step {number}": number / 5 for number in range(1, 6)}


def test_the_environment_has_no_secrets(host, picture, workdir, monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://user:secret@db/forgesyte")
    monkeypatch.setenv("SECRET_KEY", "secret")
    monkeypatch.setenv("SOMETHING_ELSE", "private")
    monkeypatch.setenv("LC_NUMERIC", "C")
    found = host.call(call("environment", picture, workdir), unwatched).result["environment"]
    assert "secret" not in json.dumps(found)
    assert "SOMETHING_ELSE" not in found
    assert found["TROUBLE_VARIABLE"] == "wanted"
    assert found["LC_NUMERIC"] == "C"
    assert found["HOME"] == found["TMPDIR"] == str(workdir)
    assert found["OMP_NUM_THREADS"] == "1"
    assert found["OPENCV_FFMPEG_CAPTURE_OPTIONS"].startswith("format_whitelist;mov,mp4")


def test_a_manifest_cannot_ask_for_the_servers_secrets(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://user:secret@db/forgesyte")
    monkeypatch.setenv("S3_SECRET_KEY", "secret")
    found = host_environment(["DATABASE_URL", "S3_SECRET_KEY", "PATH"], Path("/tmp"), "m")
    assert "secret" not in str(found)
    assert "PATH" in found


def test_the_protocol_sits_on_a_high_descriptor(host, picture, workdir):
    done = host.call(call("environment", picture, workdir), unwatched)
    numbers = done.result["descriptors"]
    assert numbers[:3] == [0, 1, 2]
    assert numbers[-1] >= 64


def test_closing_lets_the_plugin_say_goodbye(host, picture, workdir, monkeypatch):
    monkeypatch.setattr("plugins_app.host.supervisor.FAREWELL_S", 120.0)
    host.call(call("fine", picture, workdir), unwatched)
    host.close()
    assert Path(f"{picture}.unloaded").read_text() == "goodbye"
    assert not host.alive
    assert host.pid is None


def test_killing_or_closing_a_host_that_never_started_does_nothing(host):
    host.close()
    assert host.kill() is None


def test_idle_since_moves_with_each_call(host, picture, workdir):
    before = host.idle_since
    host.call(call("fine", picture, workdir), unwatched)
    assert before < host.idle_since <= time.monotonic()


def test_a_child_killed_between_calls_is_replaced(host, picture, workdir):
    first = host.call(call("fine", picture, workdir), unwatched).result["pid"]
    pidfd = os.pidfd_open(first)
    os.kill(first, signal.SIGKILL)
    assert wait_for_death(pidfd)
    second = host.call(call("fine", picture, workdir), unwatched).result["pid"]
    assert second != first


def test_code_that_was_changed_under_the_server_is_not_run_in_the_name_of_the_old(
    fixture_plugins, settings, picture, workdir, tmp_path
):
    settings.PLUGIN_DIRS = [tmp_path / "plugins"]
    root = shutil.copytree(FIXTURES / "good", tmp_path / "plugins" / "good")
    registry.refresh()
    changed = PluginHost(installed("good"))
    (root / "helper.py").write_text("def describe(value):\n    return 'other code'\n")
    with pytest.raises(HostFailure, match="files have changed") as caught:
        changed.call(call("describe", picture, workdir), unwatched)
    assert caught.value.reason == "plugin_unavailable"
    registry.refresh()
    fresh = PluginHost(installed("good"))
    try:
        done = fresh.call(call("describe", picture, workdir), unwatched)
    finally:
        fresh.close()
    assert done.result["args"]["image_path"] == "other code"


def test_a_host_must_not_be_used_after_a_fork(host, picture, workdir):
    host.call(call("fine", picture, workdir), unwatched)
    child = os.fork()
    if child == 0:
        try:
            host.call(call("fine", picture, workdir), unwatched)
        except RuntimeError:
            host.kill()
            os._exit(0)
        os._exit(1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert host.call(call("fine", picture, workdir), unwatched).result["size"] == 10


SUPERVISOR = """
import os, sys, threading
from pathlib import Path
os.environ["DJANGO_SETTINGS_MODULE"] = "forgesyte.settings"
os.environ["PLUGIN_DIRS"] = sys.argv[1]
import django
django.setup()
from plugins_app.finding import registry
from plugins_app.host import Call, PluginHost
host = PluginHost(registry.get("troublemaker"))
call = Call(sys.argv[2], Path(sys.argv[3]), {}, {}, Path(sys.argv[4]), 60, 500)
def beat(progress):
    if progress.note == "hanging":
        print(host.pid, flush=True)
host.call(call, beat, 0.05)
print("returned", flush=True)
import time
time.sleep(60)
"""


ROOT = Path(__file__).parents[2]


def start_supervisor(fixture_plugins, tool, picture, workdir):
    environment = {**os.environ, "DATA_DIR": str(workdir / "data"), "PYTHONPATH": str(ROOT)}
    arguments = [str(fixture_plugins), tool, str(picture), str(workdir)]
    return subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SUPERVISOR, *arguments],
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.slow
@pytest.mark.parametrize("tool", ["hang", "hang_in_native_code", "ignore_sigterm"])
def test_a_host_dies_with_its_supervisor(fixture_plugins, picture, workdir, tool):
    supervisor = start_supervisor(fixture_plugins, tool, picture, workdir)
    pidfd = os.pidfd_open(int(supervisor.stdout.readline()))
    supervisor.kill()
    supervisor.wait()
    assert wait_for_death(pidfd)


@pytest.mark.slow
def test_what_a_dead_supervisors_host_has_left_is_swept_at_the_next_start(
    host, fixture_plugins, picture, workdir, monkeypatch
):
    supervisor = start_supervisor(fixture_plugins, "fork_survivor", picture, workdir)
    while supervisor.stdout.readline() != "returned\n":
        pass
    marked = f"/{supervisor.pid}/"
    left = processes_marked(marked)
    assert len(left) == 2
    supervisor.kill()
    os.waitid(os.P_PID, supervisor.pid, os.WEXITED | os.WNOWAIT)  # dead, but not reaped
    monkeypatch.setattr("plugins_app.host.process.swept", set())
    host.call(call("fine", picture, workdir), unwatched)
    pidfds = [os.pidfd_open(pid) for pid in processes_marked(marked)]
    assert all(wait_for_death(pidfd) for pidfd in pidfds)
    supervisor.wait()
    assert len(host_processes()) == 1


def processes_marked(text):
    return [pid for pid in linux.living() if text in proctree.marker_of(pid)]


def wait_for_death(pidfd, seconds=120):
    poller = select.poll()
    poller.register(pidfd, select.POLLIN)
    return bool(poller.poll(seconds * 1000))
