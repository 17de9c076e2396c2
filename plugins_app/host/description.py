"""Lets a package without a manifest describe itself, in a host that is started only for this."""

import tempfile
from pathlib import Path
from typing import Any

from plugins_app.finding.descriptions import keep
from plugins_app.finding.packages import PackageRoot
from plugins_app.host.calls import HostFailure, Progress
from plugins_app.host.process import ChildProcess, last_words
from plugins_app.host.protocol import Message, ProtocolError, encode, frame
from plugins_app.host.replies import clean
from plugins_app.host.watch import Watch

LIMIT_S = 30.0
MEMORY_MB = 2048


def describe(package: PackageRoot) -> None:
    """Start the plugin once and store its description of itself, or the error. Raises OSError."""
    said: dict[str, Any] = {}
    error = ""
    try:
        said = _ask(package)
    except HostFailure as failure:
        error = failure.message
    keep(package, said, error)


def _ask(package: PackageRoot) -> dict[str, Any]:
    """The plugin's description of itself. Raises HostFailure and OSError."""
    with tempfile.TemporaryDirectory(prefix="forgesyte-describe-") as folder:
        child = ChildProcess([], Path(folder))
        try:
            child.queue(frame(encode(_question(package, folder))))
            answer = _answer(child)
        except ProtocolError as error:
            raise HostFailure(
                "plugin_crashed", f"The plugin's process broke the protocol: {error}."
            ) from error
        finally:
            child.end()
    if answer.get("op") == "described" and isinstance(answer.get("plugin"), dict):
        said: dict[str, Any] = answer["plugin"]
        return said
    text = f"The plugin could not be loaded: {clean(answer.get('message'), 2000)}"
    raise HostFailure("plugin_unavailable", text)


def _question(package: PackageRoot, folder: str) -> Message:
    return {
        "op": "describe",
        "root": str(package.root),
        "entrypoint": package.entrypoint,
        "site": str(package.site or ""),
        "workdir": folder,
    }


def _answer(child: ChildProcess) -> Message:
    watch = Watch(child.pid, MEMORY_MB, _unwatched, LIMIT_S)
    watch.limit(LIMIT_S)
    while True:
        child.wait_for_event(watch.nap(child.log.flooded))
        child.log.read()
        ended = child.dead
        for message in child.pump():
            return message
        if ended and child.drained:
            quoted = f" Its last output: {line}" if (line := child.log.last_line()) else ""
            status = child.process.wait()
            text = f"The plugin's process {last_words(status, kernel_killed=False)}.{quoted}"
            raise HostFailure("plugin_crashed", text)
        if not child.connected:
            child.wait_for_death(0.1)
        if watch.out_of_time:
            text = f"The plugin did not finish loading in {LIMIT_S:g} seconds."
            raise HostFailure("plugin_unavailable", text)
        watch.check_memory()


def _unwatched(_progress: Progress) -> None:
    """Progress isn't shown here."""
