"""The child process that loads one plugin and runs its tools, one call after another.

It knows nothing about Django, the database or the server. It reads calls from a socket and writes
answers to it (``protocol``). What the plugin prints goes to descriptors 1 and 2, which the
supervisor records as the call's log.
"""

import os
import resource
import socket
import sys
import threading
import time
import traceback
from pathlib import Path
from typing import Any

from plugins_app import sdk
from plugins_app.host.child.arguments import build_arguments
from plugins_app.host.child.confine import confine, flush_output, move_high
from plugins_app.host.child.loader import get_ready, load_plugin, model_digest
from plugins_app.host.child.receiving import received
from plugins_app.host.child.streaming import write_result
from plugins_app.host.protocol import Framer, Message, ProtocolError, encode, frame, receive
from plugins_app.sdk import alias as sdk_alias
from plugins_app.sdk import call as call_in_progress

RESULT_FILE = "result.json"
PROGRESS_EVERY_S = 0.1


class Channel:
    """The child's end of the socket. Plugin threads may send concurrently."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection
        self._framer = Framer()
        self._pending: list[Message] = []
        self._lock = threading.Lock()

    def receive(self) -> Message | None:
        """The next message, or None if the supervisor is gone."""
        return receive(self._connection, self._framer, self._pending)

    def send(self, framed: bytes) -> None:
        """Send one framed message. Raises OSError if the supervisor is gone."""
        with self._lock:
            self._connection.sendall(framed)

    def forsake(self) -> None:
        """Close the connection in a process forked by the plugin, which must not use it."""
        self._lock = threading.Lock()
        self._connection.close()


class Host:
    """The loaded plugin and the call in progress."""

    def __init__(self, channel: Channel) -> None:
        self._channel = channel
        self._plugin: Any = None
        self._told_at = 0.0

    def load(self, message: Message) -> None:
        """Import the plugin and prepare it, or only return its description (``describe``)."""
        enter_folder(message["workdir"])
        answer: Message = {"op": "loaded"}
        try:
            plugin = load_plugin(Path(message["root"]), message["entrypoint"], message["site"])
            if message["op"] == "describe":
                from plugins_app.host.child.description import self_description

                answer = {"op": "described", "plugin": self_description(plugin)}
            else:
                get_ready(plugin)
                self._plugin = plugin
        except Exception as error:  # noqa: BLE001  # whatever a plugin raises is its answer
            traceback.print_exc()
            answer = {"op": "not_loaded", "message": one_line(error)}
        flush_output()
        self._channel.send(frame(encode(answer)))

    def run(self, call: Message) -> None:
        """Run one tool and send its result or failure."""
        enter_folder(call["workdir"])
        session = sdk.Session(
            Path(call["workdir"]), lambda fraction, note: self._progress(call["n"], fraction, note)
        )
        call_in_progress.bind(session)
        before = cpu_seconds()
        try:
            args = build_arguments(call, lambda done, total, *_: sdk.progress(done, total or 0))
            result = received(self._plugin.run_tool(call["tool"], args), call)
            framed = self._answer(call, session, result, before)
        except Exception as error:  # noqa: BLE001  # whatever a plugin raises is its answer
            framed = frame(encode({"op": "failure", "n": call["n"], **describe(error)}))
        finally:
            call_in_progress.bind(None)
            flush_output()
            os.chdir("/")  # the work folder will be removed
        self._channel.send(framed)

    def unload(self) -> None:
        """Call the plugin's ``on_unload``, if it has one."""
        if callable(on_unload := getattr(self._plugin, "on_unload", None)):
            on_unload()

    def _answer(self, call: Message, session: sdk.Session, result: Any, cpu_before: float) -> bytes:
        """The framed message, with the result as its payload, exactly as it will be stored. A large
        result goes to a file in the work folder instead. Raises ProtocolError."""
        payload = write_result(result, session.workdir / RESULT_FILE)
        head = {
            "op": "result",
            "n": call["n"],
            "cpu_s": cpu_seconds() - cpu_before,
            "model_digest": model_digest(self._plugin),
            "artifacts": [artifact._asdict() for artifact in session.artifacts.values()],
        }
        if payload is not None:
            return frame(encode(head), payload)
        return frame(encode({**head, "file": RESULT_FILE}))

    def _progress(self, number: int, fraction: float | None, note: str) -> None:
        now = time.monotonic()
        if now - self._told_at >= PROGRESS_EVERY_S:
            self._told_at = now
            body = {"op": "progress", "n": number, "fraction": fraction, "note": note[:200]}
            self._channel.send(frame(encode(body)))


def enter_folder(folder: str) -> None:
    """Make a work folder the current directory, the home and the place for temporary files."""
    os.chdir(folder)
    os.environ["HOME"] = os.environ["TMPDIR"] = folder
    if "tempfile" in sys.modules:  # it only reads TMPDIR at its first use
        sys.modules["tempfile"].tempdir = folder  # type: ignore[attr-defined]


def cpu_seconds() -> float:
    """CPU time in seconds of this process and the children that it has waited for."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def one_line(error: BaseException) -> str:
    """The last line of the traceback."""
    return traceback.format_exception_only(error)[-1].strip()[:2000]


def describe(error: Exception) -> Message:
    """A failure as a message. Unless it is a ToolError, the traceback is printed to the log."""
    if isinstance(error, sdk.ToolError):
        return {
            "reason": error.reason,
            "message": str(error.message)[:2000],
            "retryable": bool(error.retryable),
        }
    traceback.print_exception(error)
    if isinstance(error, MemoryError):
        return {"reason": "out_of_memory", "message": one_line(error), "retryable": True}
    return {"reason": "tool_error", "message": one_line(error), "retryable": False}


def main(descriptor: int, supervisor_pid: int) -> None:
    """Serve calls until asked to unload, or until the supervisor is gone."""
    channel = Channel(move_high(descriptor))
    confine(supervisor_pid)
    sdk_alias.install()
    os.register_at_fork(after_in_child=channel.forsake)
    pid = os.getpid()
    sys.argv = [""]
    host = Host(channel)
    steps = {"load": host.load, "describe": host.load, "call": host.run}
    while True:
        try:
            message = channel.receive()
            if message is None or message["op"] == "unload":
                break
            steps[message["op"]](message)
        except (OSError, ProtocolError):
            os._exit(1)  # no connection: nobody is left to report to
        if os.getpid() != pid:
            os._exit(0)  # a process forked by the plugin returned from run_tool
    host.unload()
