"""Hooks by which features extend the engine. ``jobs.wiring`` lists the listeners.

A listener is a function. A hook's listeners are called in the order in which they were added.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar
from uuid import UUID

from jobs.engine.sql import Claim
from plugins_app.finding.registry import InstalledPlugin
from plugins_app.host import Progress
from plugins_app.manifests.manifest import Tool

Listener = TypeVar("Listener", bound=Callable[..., Any])


class Hook(Generic[Listener]):
    """The listeners for one event."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def add(self, listener: Listener) -> None:
        """Register a listener; adding it again has no effect."""
        if listener not in self._listeners:
            self._listeners.append(listener)

    def remove(self, listener: Listener) -> None:
        """Unregister a listener. Raises ValueError if it isn't registered."""
        self._listeners.remove(listener)

    def __iter__(self) -> Iterator[Listener]:
        return iter(self._listeners)

    def __bool__(self) -> bool:
        return bool(self._listeners)


@dataclass(frozen=True)
class ComingCall:
    """A call that is about to be sent to a plugin's host.

    ``input_path`` is the input as a local file, and ``workdir`` is for files that the call needs.
    A listener that takes longer than a second must call ``on_beat`` about once a second.
    """

    plugin: InstalledPlugin
    claim: Claim
    input_path: Path
    workdir: Path
    on_beat: Callable[[Progress], None]


before_call: Hook[Callable[[ComingCall], AbstractContextManager[dict[str, Any]]]] = Hook()
"""Returns additional parameters for the call, valid while the context is open.

May raise HostFailure, which fails the item, OSError, and whatever ``on_beat`` raises.
"""

item_done: Hook[Callable[[UUID, Tool], None]] = Hook()
"""Called after a result is committed, with the item's id and its tool. Must not raise."""

job_ended: Hook[Callable[[UUID], None]] = Hook()
"""Called when a job reaches its final status, in the transaction that writes the status.

Rows that a listener writes exist if and only if the job has ended. The queue's locks are held
meanwhile, so a listener must be quick; an exception rolls the end of the job back.
"""
