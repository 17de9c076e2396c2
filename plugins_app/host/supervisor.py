"""Starts, feeds, watches and, if necessary, kills the process that runs a plugin."""

import os
import signal
import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from plugins_app.finding.digest import code_digest
from plugins_app.finding.requirements import unmet_requirement
from plugins_app.host.calls import Call, HostFailure, HostResult, Progress
from plugins_app.host.process import ChildProcess, last_words
from plugins_app.host.protocol import Message, ProtocolError, encode, frame
from plugins_app.host.replies import clean, failure_from, progress_from, result_from
from plugins_app.host.watch import Watch
from plugins_app.manifests.manifest import UnknownTool, newer_contract

if TYPE_CHECKING:
    from plugins_app.finding.registry import InstalledPlugin

LOAD_TIMEOUT_S = 60.0
FAREWELL_S = 2.0


class PluginHost:
    """One plugin in one child process, started at the first call and kept warm.

    It has no locks and is for one caller at a time; threads that share a host need a lock or a
    dedicated thread. The thread whose call starts the child must live as long as the child, because
    the kernel kills the child when that thread ends. A host created before a fork must not be used
    after it: in the forked process ``call`` raises RuntimeError, and ``kill`` and ``close`` only
    close the descriptors.
    """

    def __init__(self, plugin: "InstalledPlugin") -> None:
        self.plugin = plugin
        self.idle_since = time.monotonic()
        self._owner = os.getpid()
        self._child: ChildProcess | None = None
        self._number = 0

    @property
    def alive(self) -> bool:
        """Whether a child is ready for the next call."""
        child = self._child
        return child is not None and self._mine and not child.dead and child.connected

    @property
    def pid(self) -> int | None:
        """Process id of the child, or None if there is none."""
        return self._child.pid if self._child else None

    @property
    def _mine(self) -> bool:
        return self._owner == os.getpid()

    def call(
        self, call: Call, on_beat: Callable[[Progress], None], beat_s: float = 1.0
    ) -> HostResult:
        """Run one tool and wait for its result. ``on_beat`` is called about every ``beat_s`` s.

        If ``on_beat`` raises an exception, the child is killed at once and the exception is
        propagated. Raises HostFailure; the child only survives one that the tool itself reported.
        """
        if not self._mine:
            raise RuntimeError("A PluginHost must not be used in a process forked later.")
        framed = self._framed(call)
        child = self._ready_child(call)
        watch = Watch(child.pid, call.memory_mb, on_beat, beat_s)
        watch.limit(call.timeout_s if child.loaded else LOAD_TIMEOUT_S)
        try:
            child.queue(framed)
            outcome = self._converse(child, call, watch)
        except ProtocolError as error:
            raise self._crash(f"broke the protocol: {error}") from error
        except HostFailure as failure:
            self._lose(failure)
            raise
        except BaseException:
            self.kill()
            raise
        self.idle_since = time.monotonic()
        if isinstance(outcome, HostFailure):
            raise outcome
        return outcome

    def kill(self) -> int | None:
        """Kill the child and all its descendants. Returns its exit status, None without a child."""
        child, self._child = self._child, None
        if child is None:
            return None
        if not self._mine:
            child.release()
            return None
        return child.end()

    def close(self) -> None:
        """Ask the child to unload and exit, and kill whatever is left after two seconds."""
        child = self._child
        if child is not None and self._mine and self.alive:
            child.queue(frame(encode({"op": "unload"})))
            deadline = time.monotonic() + FAREWELL_S
            while not child.dead and (left := deadline - time.monotonic()) > 0:
                try:
                    child.pump()
                except ProtocolError:
                    break
                child.log.read()
                child.wait_for_event(min(left, 0.05) if child.log.flooded else left)
                if not child.connected:
                    child.wait_for_death(min(left, 0.1))
        self.kill()

    def _framed(self, call: Call) -> bytes:
        """The message that requests this call. Raises HostFailure."""
        try:
            tool = self.plugin.manifest.tool(call.tool)
        except UnknownTool as error:
            raise HostFailure("plugin_unavailable", str(error)) from error
        self._number += 1
        message = {
            "op": "call",
            "n": self._number,
            "tool": tool.id,
            "path": str(call.input_path),
            "inputs": list(tool.inputs),
            "api": self.plugin.manifest.api,
            "output": tool.output,
            "kind": call.kind,
            "params": call.params,
            "prompts": call.prompts,
            "takes": list(tool.prompts),
            "workdir": str(call.workdir),
        }
        try:
            return frame(encode(message))
        except (ProtocolError, ValueError, TypeError, RecursionError) as error:
            text = f"The parameters can't be passed to the plugin: {error}"
            raise HostFailure("invalid_params", text) from error

    def _ready_child(self, call: Call) -> ChildProcess:
        """The warm child, or a new one that has been asked to load the plugin."""
        if self._child is not None and self.alive:
            self._child.log.begin()
            return self._child
        self.kill()
        manifest = self.plugin.manifest
        unmet = newer_contract(manifest.api)
        unmet = unmet or unmet_requirement(manifest.requires, self.plugin.root, self.plugin.site)
        if unmet:
            raise HostFailure("plugin_unavailable", unmet)
        self._check_digest()
        try:
            needs = manifest.requires
            variables = [*needs.get("env", []), *needs.get("optional_env", [])]
            child = ChildProcess(variables, call.workdir)
        except OSError as error:
            message = f"The plugin's process could not be started: {error}."
            raise HostFailure("plugin_unavailable", message, retryable=True) from error
        self._child = child
        load = {
            "op": "load",
            "root": str(self.plugin.root),
            "entrypoint": manifest.entrypoint,
            "site": str(self.plugin.site or ""),
            "workdir": str(call.workdir),
        }
        child.queue(frame(encode(load)))
        return child

    def _check_digest(self) -> None:
        """Make sure that the code hasn't changed, because a result names the code that made it.

        The server's own plugins make no results and may be upgraded in place. Raises HostFailure.
        """
        plugin = self.plugin
        try:
            same = plugin.manifest.internal or code_digest(plugin.root) == plugin.code_digest
        except OSError as error:
            text = f"The plugin's files can't be read: {error.strerror}."
            raise HostFailure("plugin_unavailable", text, retryable=True) from error
        if not same:
            text = "The plugin's files have changed. Run manage.py plugins sync."
            raise HostFailure("plugin_unavailable", text, retryable=True)

    def _converse(self, child: ChildProcess, call: Call, watch: Watch) -> HostResult | HostFailure:
        """Wait for the answer. Raises HostFailure if the child must be ended."""
        while True:
            child.wait_for_event(watch.nap(child.log.flooded))
            child.log.read()
            ended = child.dead  # checked first: what it sent before it ended still counts
            for message in child.pump():
                answer = self._take(message, child, call, watch)
                if answer is not None:
                    return answer
            if ended and child.drained:
                raise self._crash("")
            if not child.connected and not child.wait_for_death(1.0):
                raise self._crash("closed its connection to the server")
            if watch.out_of_time:
                raise self._late(child, call)
            watch.check_memory()
            watch.beat()

    def _take(
        self, message: Message, child: ChildProcess, call: Call, watch: Watch
    ) -> HostResult | HostFailure | None:
        """Handle one message from the child. Returns the answer to the call, or None."""
        operation, number = message.get("op"), message.get("n")
        if not child.loaded:
            if operation == "loaded":
                child.loaded = True
                watch.limit(call.timeout_s)
                return None
            if operation == "not_loaded":
                text = f"The plugin could not be loaded: {clean(message.get('message'), 2000)}"
                raise HostFailure("plugin_unavailable", text)
        elif operation == "progress":
            if number == self._number:
                watch.progress = progress_from(message)
            return None
        elif operation in ("result", "failure") and number == self._number:
            if operation == "failure":
                return failure_from(message, self._log(child))
            measured = watch.measured()
            return result_from(message, call.workdir, self._log(child), *measured)
        raise ProtocolError("a message came that nobody asked for")

    def _log(self, child: ChildProcess) -> str:
        child.log.read()
        return child.log.text()

    def _late(self, child: ChildProcess, call: Call) -> HostFailure:
        if child.loaded:
            limit = f"{call.timeout_s:g} seconds"
            return HostFailure("timeout", f"The tool was stopped at its time limit of {limit}.")
        limit = f"{LOAD_TIMEOUT_S:g} seconds"
        return HostFailure("plugin_unavailable", f"The plugin did not finish loading in {limit}.")

    def _lose(self, failure: HostFailure) -> None:
        """End the child and attach what it has printed to the failure."""
        child = self._child
        self.kill()
        if child is not None and not failure.log:
            failure.log = child.log.text()

    def _crash(self, what: str) -> HostFailure:
        """End the child and describe how it ended. ``what`` is the reason if it was still alive."""
        child = self._child
        status = self.kill()
        if child is None:
            return HostFailure("plugin_crashed", f"The plugin's process {what}.")
        killed = status == -signal.SIGKILL and not what and child.oom_grew
        what = what or last_words(status, killed)
        quoted = f" Its last output: {line}" if (line := child.log.last_line()) else ""
        reason = "out_of_memory" if killed else "plugin_crashed"
        text = f"The plugin's process {what}.{quoted}"
        return HostFailure(reason, text, log=child.log.text())
