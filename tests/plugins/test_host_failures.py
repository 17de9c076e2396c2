"""Whatever a plugin does wrong ends as a typed failure, and leaves no process behind."""

import errno
import os
from pathlib import Path

import pytest

from plugins_app.host import HostFailure, PluginHost, linux, supervisor
from tests.plugins.hosts import call, host_processes, installed, unwatched

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(
    ("tool", "reason", "retryable", "message"),
    [
        ("tool_error", "undecodable", False, "The picture shows no page. Take it from above."),
        ("retryable_error", "tool_error", True, "The model server is busy."),
        ("exception", "tool_error", False, "KeyError: 'colour'"),
        ("error_dict", "tool_error", False, "invalid_base64: Failed to decode"),
        (
            "nan",
            "tool_error",
            False,
            (
                "The tool's result can't be written as JSON:"
                " $.lines[1].score is NaN, which JSON does not have."
            ),
        ),
        (
            "not_json",
            "tool_error",
            False,
            (
                "The tool's result can't be written as JSON:"
                " $.when is of the type object, which JSON does not have."
            ),
        ),
        (
            "half_surrogate",
            "tool_error",
            False,
            (
                "The tool's result can't be written as JSON:"
                " $.text has half a surrogate pair, which is not valid Unicode."
            ),
        ),
        (
            "missing_artifact",
            "tool_error",
            False,
            "The tool announced the file mask.png but did not write it.",
        ),
        (
            "linked_artifact",
            "tool_error",
            False,
            "The tool announced the file mask.png but did not write it.",
        ),
    ],
)
def test_a_failure_that_the_tool_reports_keeps_the_host_warm(
    trouble, picture, workdir, tool, reason, retryable, message
):
    failure, host = trouble(tool)
    assert (failure.reason, failure.message) == (reason, message)
    assert failure.retryable is retryable
    pid = host.pid
    assert host.call(call("fine", picture, workdir), unwatched).result["pid"] == pid


def test_endless_nesting_is_reported_by_the_tool(trouble):
    failure, host = trouble("endless_nesting")
    assert failure.reason == "tool_error"
    assert "can't be written as JSON" in failure.message
    assert host.alive


@pytest.mark.parametrize(
    ("tool", "reason", "retryable", "words"),
    [
        ("segfault", "plugin_crashed", True, ["SIGSEGV", "Its last output: about to crash"]),
        ("exit", "plugin_crashed", True, ["exit code 7"]),
        ("sys_exit", "plugin_crashed", True, ["exit code 0"]),
        ("close_everything", "plugin_crashed", True, ["closed its connection"]),
        ("garbage_on_protocol", "plugin_crashed", True, ["broke the protocol", "not JSON"]),
        ("huge_frame_on_protocol", "plugin_crashed", True, ["broke the protocol"]),
        ("fork_survivor_and_crash", "plugin_crashed", True, ["SIGSEGV"]),
        ("detach_survivor_and_crash", "plugin_crashed", True, ["exit code 1"]),
        ("native_fork_and_crash", "plugin_crashed", True, ["exit code 1"]),
    ],
)
def test_a_plugin_that_breaks_is_gone_and_the_next_call_has_a_fresh_one(
    trouble, picture, workdir, tool, reason, retryable, words
):
    failure, host = trouble(tool)
    assert failure.reason == reason
    assert failure.retryable is retryable
    for word in words:
        assert word in failure.message
    assert not host.alive
    assert host_processes() == []
    assert host.call(call("fine", picture, workdir), unwatched).result["size"] == 10


@pytest.mark.parametrize(
    "tool", ["hang", "hang_in_native_code", "ignore_sigterm", "endless_output"]
)
def test_a_tool_that_never_returns_is_stopped_at_its_time_limit(trouble, tool):
    failure, host = trouble(tool, timeout_s=0.5)
    assert failure.reason == "timeout"
    assert failure.message == "The tool was stopped at its time limit of 0.5 seconds."
    assert not failure.retryable
    assert not host.alive
    assert host_processes() == []


def stopped(trouble, tool, came_so_far):
    """The failure of a tool at a time limit that let it come so far; slow machines need longer."""
    for limit_s in (0.5, 2, 8, 32):
        failure, _host = trouble(tool, timeout_s=limit_s)
        assert failure.reason == "timeout"
        if came_so_far(failure):
            return failure
    raise AssertionError(f"it did not come so far in {limit_s} s")


def test_a_process_that_hides_itself_goes_with_its_host(trouble, workdir):
    pid = workdir / "pid"
    stopped(trouble, "detach_without_a_trace", lambda _: pid.exists() and pid.read_text())
    hidden = linux.stat(int(pid.read_text()))
    assert hidden is None or hidden.state in "ZX"


def test_the_log_of_a_stopped_tool_says_what_it_did_last(trouble):
    failure = stopped(trouble, "hang", lambda failure: failure.log)
    assert failure.log.endswith("about to hang\n")


def test_endless_output_is_kept_within_bounds(trouble):
    failure = stopped(trouble, "endless_output", lambda failure: "bytes left out" in failure.log)
    assert len(failure.log) < 70_000


@pytest.mark.parametrize("tool", ["eat_memory", "child_eats_memory"])
def test_a_tool_over_its_memory_limit_is_stopped(trouble, tool):
    failure, host = trouble(tool, memory_mb=100)
    assert failure.reason == "out_of_memory"
    assert "its limit is 100 MiB" in failure.message
    assert failure.retryable
    assert not host.alive


def test_a_memory_error_in_the_tool_counts_as_out_of_memory(trouble):
    failure, _host = trouble("memory_error")
    assert failure.reason == "out_of_memory"
    assert failure.retryable


def test_an_exception_leaves_its_traceback_in_the_log(trouble):
    failure, _host = trouble("exception")
    assert failure.log.startswith("before the exception\n")
    assert "Traceback" in failure.log
    assert 'raise KeyError("colour")' in failure.log


@pytest.mark.parametrize(
    ("plugin", "words"),
    [
        ("import-error", "ModuleNotFoundError: No module named 'a_module_nobody_has'"),
        ("error-on-load", "FileNotFoundError: The weights file model.onnx is missing."),
    ],
)
def test_a_plugin_that_cannot_be_loaded_is_unavailable(trouble, plugin, words):
    failure, host = trouble("run", plugin=plugin)
    assert failure.reason == "plugin_unavailable"
    assert failure.message == f"The plugin could not be loaded: {words}"
    assert "Traceback" in failure.log
    assert not host.alive


def test_a_crash_while_loading_is_a_crash(trouble):
    failure, _host = trouble("run", plugin="crash-on-load")
    assert failure.reason == "plugin_crashed"
    assert "SIGABRT" in failure.message
    assert "Its last output: loading the model" in failure.message


def test_loading_has_a_time_limit_of_its_own(trouble, monkeypatch):
    monkeypatch.setattr(supervisor, "LOAD_TIMEOUT_S", 0.5)
    failure, _host = trouble("run", plugin="slow-load")
    assert failure.reason == "plugin_unavailable"
    assert failure.message == "The plugin did not finish loading in 0.5 seconds."


def test_a_plugin_whose_requirements_are_missing_is_not_even_started(trouble):
    failure, host = trouble("run", plugin="needs-things")
    assert failure.reason == "plugin_unavailable"
    assert "A_MODEL_NOBODY_SET is not set" in failure.message
    assert host.pid is None


def test_a_tool_that_the_plugin_no_longer_has_says_which_there_are(trouble):
    failure, _host = trouble("vanished")
    assert failure.reason == "plugin_unavailable"
    assert "no tool 'vanished'. It has: fine, tool_error" in failure.message


def test_parameters_that_are_no_json_are_refused_before_the_plugin_sees_them(trouble):
    failure, host = trouble("fine", params={"score": float("nan")})
    assert failure.reason == "invalid_params"
    assert host.pid is None


def test_a_failed_beat_kills_the_child_and_is_raised(fixture_plugins, picture, workdir):
    class Lost(Exception):
        pass

    def beat(_progress):
        raise Lost("the lease is gone")

    host = PluginHost(installed("troublemaker"))
    with pytest.raises(Lost):
        host.call(call("hang", picture, workdir), beat, beat_s=0.05)
    assert not host.alive
    assert host_processes() == []


def test_a_survivor_of_a_good_call_goes_with_its_host(host, picture, workdir):
    done = host.call(call("fork_survivor", picture, workdir), unwatched)
    assert done.result == {"done": True}
    assert len(host_processes()) == 2
    host.close()
    assert host_processes() == []


def test_a_forked_copy_of_the_plugin_cannot_answer_in_its_place(host, picture, workdir):
    assert host.call(call("fork_and_return_twice", picture, workdir), unwatched).result == {
        "first": True
    }
    assert host.call(call("fine", picture, workdir), unwatched).result["size"] == 10


def test_failures_are_exceptions_that_read_as_their_message():
    assert str(HostFailure("timeout", "Too slow.")) == "Too slow."


def test_a_host_that_can_not_be_watched_is_not_left_behind(
    fixture_plugins, picture, workdir, monkeypatch
):
    def out_of_descriptors(_pid):
        raise OSError(errno.EMFILE, "Too many open files")

    before = len(list(Path("/proc/self/fd").iterdir()))
    monkeypatch.setattr(os, "pidfd_open", out_of_descriptors)
    with pytest.raises(HostFailure, match="could not be started") as raised:
        PluginHost(installed("troublemaker")).call(call("fine", picture, workdir), unwatched)
    assert (raised.value.reason, raised.value.retryable) == ("plugin_unavailable", True)
    assert host_processes() == []
    assert len(list(Path("/proc/self/fd").iterdir())) == before
