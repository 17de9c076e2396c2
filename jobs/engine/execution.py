"""One item, from the claim to its committed result."""

import contextlib
import os
import secrets
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, connection

from jobs import prompts, storage
from jobs.engine import hooks, lifecycle
from jobs.engine.failures import settle
from jobs.engine.heartbeat import Heartbeat, LostClaim, beating, with_patience
from jobs.engine.lifecycle import Outcome
from jobs.engine.run_record import run_record
from jobs.engine.sql import Claim, Selection
from jobs.fail_points import fail_point
from jobs.models import Artifact, Media, Reason
from plugins_app.finding.registry import InstalledPlugin
from plugins_app.host import Call, HostFailure, HostPool, HostResult, PluginHost
from plugins_app.manifests.manifest import Tool
from plugins_app.models import Plugin

QUICKLY_STORED_BYTES = 32 * 1024 * 1024
"""Copying more than this may take longer than a lease lasts."""


def execute(
    claim: Claim,
    plugin: InstalledPlugin,
    hosts: HostPool,
    must_stop: Callable[[], bool] = lambda: False,
    what_next: Callable[[], Selection | None] = lambda: None,
) -> Claim | None:
    """Run one claimed item in the plugin's host and commit the outcome.

    However this returns, the item is committed, failed with a reason, back in the queue, or owned
    by the worker that took it over. If ``what_next`` returns a selection, the next item is
    claimed in the same commit and returned, if there is one.
    """
    try:
        fail_point("after_claim")
        with _work_folder() as workdir:
            tool = plugin.manifest.tool(claim.tool)
            drawn = _prompts(claim, tool)
            on_beat = Heartbeat(claim, must_stop, workdir)
            done = _run(claim, tool, drawn, hosts.host(plugin), workdir, on_beat)
            fail_point("after_run")
            record = run_record(
                claim, plugin, done, prompts.used_prompts(tool, claim.params, drawn)
            )
            outcome = store_outcome(claim, done, record)
            following = _commit(claim, outcome, what_next())
            _note_model(claim, done)
            for listener in hooks.item_done:
                listener(claim.item_id, tool)
            return following
    except Exception as error:  # noqa: BLE001  # no error may leave the item running
        settle(claim, error)
    return None


@contextlib.contextmanager
def _work_folder() -> Iterator[Path]:
    """A folder for the tool's output, on the disk of the media; empty before and afterwards.

    Consecutive items share it, because making and removing a folder takes as long as storing a
    small result.
    """
    folder = Path(settings.UPLOAD_DIR, f"run-{_own_token()}")
    folder.mkdir(mode=0o700, exist_ok=True)
    try:
        yield folder
    finally:
        with contextlib.suppress(OSError):
            if os.listdir(folder):  # noqa: PTH208  # Path objects are slow
                shutil.rmtree(folder, ignore_errors=True)


def remove_work_folder() -> None:
    """Remove this process's work folder, if it is empty; call it when no more items are due."""
    with contextlib.suppress(OSError):
        Path(settings.UPLOAD_DIR, f"run-{_own_token()}").rmdir()


def _own_token() -> str:
    """A token unique to this process across all machines; a forked child gets its own."""
    global _token
    if _token[0] != os.getpid():
        _token = (os.getpid(), secrets.token_hex(16))
    return _token[1]


_token = (0, "")


def _prompts(claim: Claim, tool: Tool) -> dict[str, Any]:
    """The medium's annotations and text prompt as they are now, for tools that take them."""
    if not tool.prompts:
        return prompts.NO_PROMPTS
    media = Media.objects.filter(items=claim.item_id).first()
    if media is None:
        raise LostClaim  # deleted, and the item with it
    return prompts.prompts_of([media])[media.pk]


def _run(
    claim: Claim,
    tool: Tool,
    drawn: dict[str, Any],
    host: PluginHost,
    workdir: Path,
    on_beat: Heartbeat,
) -> HostResult:
    with contextlib.ExitStack() as stack:
        try:
            path = stack.enter_context(storage.local_path(claim.input_name))
        except FileNotFoundError as error:
            text = "The input file is gone from the server's storage. Upload it again."
            raise HostFailure("undecodable", text, retryable=True) from error
        coming = hooks.ComingCall(host.plugin, claim, path, workdir, on_beat)
        params = claim.params
        for listener in hooks.before_call:
            params = params | stack.enter_context(listener(coming))
        call = Call(
            tool=tool.id,
            input_path=path,
            params=params,
            prompts=drawn,
            workdir=workdir,
            timeout_s=tool.timeout_s,
            memory_mb=tool.memory_mb,
            kind=claim.kind,
        )
        return host.call(call, on_beat)


def _commit(claim: Claim, outcome: Outcome, selection: Selection | None) -> Claim | None:
    """Commit the row that points to the stored files.

    The files are removed again only if it is certain that no row points to them; any that remain
    after a lost connection are left to the sweep.
    """
    fail_point("before_commit")
    committed, following = _complete(claim, outcome, selection)
    fail_point("after_commit")
    if not committed:
        with contextlib.suppress(DatabaseError, InterfaceError, OSError):  # the sweep finds them
            if not lifecycle.is_committed(claim, outcome):
                storage.delete([outcome.result, *(file.file.name for file in outcome.artifacts)])
    return following


def _complete(
    claim: Claim, outcome: Outcome, selection: Selection | None
) -> tuple[bool, Claim | None]:
    """Commit and claim the next item in one go; if that fails, only commit, with retries."""
    if selection is not None:
        try:
            return lifecycle.complete_and_claim(claim, outcome, selection)
        except (DatabaseError, InterfaceError):
            connection.close()
    return with_patience(lambda: lifecycle.complete(claim, outcome), settings.LEASE_S), None


def _note_model(claim: Claim, done: HostResult) -> None:
    """Record which model the plugin uses now; results are compared with it to find stale ones."""
    if _models_seen.get(claim.plugin_id) == done.model_digest:
        return
    try:
        Plugin.objects.filter(pk=claim.plugin_id).update(model_digest=done.model_digest)
    except (DatabaseError, InterfaceError):
        connection.close()  # the next item tries again
    else:
        _models_seen[claim.plugin_id] = done.model_digest


_models_seen: dict[str, str] = {}
"""Plugin id to the digest this process wrote last; saves a query for each item."""


def store_outcome(claim: Claim, done: HostResult, record: dict[str, Any]) -> Outcome:
    """Write result and artifacts under their final names; if one fails, none remains."""
    written: list[str] = []
    files = [artifact.path for artifact in done.artifacts]
    files += [done.result_path] if done.result_path else []
    large = sum(map(_size_bytes, files)) > QUICKLY_STORED_BYTES
    try:
        with beating(claim) if large else contextlib.nullcontext():
            result = _store_result(claim, done)
            written.append(result.name)
            fail_point("after_result")
            artifacts = []
            for file in done.artifacts:
                stored = storage.save_path(f"{_place(claim)}/{file.name}", file.path)
                written.append(stored.name)
                artifacts.append(
                    Artifact(
                        item_id=claim.item_id,
                        name=file.name,
                        kind=file.kind,
                        content_type=file.content_type,
                        size_bytes=stored.size_bytes,
                        sha256=stored.sha256,
                        file=stored.name,
                    )
                )
            fail_point("after_artifacts")
    except Exception:
        storage.delete(written)
        raise
    return Outcome(
        result=result.name,
        result_size_bytes=result.size_bytes,
        result_sha256=result.sha256,
        run=record,
        log=done.log,
        artifacts=artifacts,
    )


def _size_bytes(path: Path) -> int:
    """Size of a file that the tool wrote. Raises HostFailure: unreadable is the tool's fault."""
    try:
        with path.open("rb") as file:
            return os.fstat(file.fileno()).st_size
    except OSError as error:
        text = f"The file {path.name} that the tool wrote can't be read: {error.strerror}."
        raise HostFailure(Reason.TOOL_ERROR, text) from error


def _store_result(claim: Claim, done: HostResult) -> storage.Stored:
    name = f"{_place(claim)}.json"
    if done.result_path:
        return storage.save_path(name, done.result_path)
    return storage.save_bytes(name, done.result_json)


def _place(claim: Claim) -> str:
    """Storage name prefix of this attempt's files. The token keeps equal attempt numbers apart.

    All items of a job share one folder, because each new folder would cost an extra sync.
    """
    attempt = f"{claim.item_id}-{claim.attempt}-{claim.token[:8]}"
    return f"{claim.kind}/output/{claim.job_id}/{attempt}"
