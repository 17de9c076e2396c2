"""The input of an export: hosts have no database, so the worker lists results and paths."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from jobs.engine.hooks import ComingCall
from jobs.exporting import asking
from jobs.exporting.entries import write_entries


@contextmanager
def with_entries(call: ComingCall) -> Iterator[dict[str, Any]]:
    """The path of the list of results to export, for calls of the export plugin."""
    if call.plugin.id != asking.PLUGIN:
        yield {}
        return
    entries = write_entries(
        call.claim.job_id,
        call.input_path,
        call.workdir,
        pictures=call.claim.tool in asking.WITH_PICTURES,
        on_beat=call.on_beat,
    )
    yield {"entries_path": str(entries)}
