"""Where features hang on the engine, which knows none of them. ``jobs.wiring`` says who listens.

A listener is a function. Those of a hook are called in the order in which they were added.
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
    """The listeners of one moment."""

    def __init__(self) -> None:
        self._listeners: list[Listener] = []

    def add(self, listener: Listener) -> None:
        """Call this one, too, from now on; who is there already is not added twice."""
        if listener not in self._listeners:
            self._listeners.append(listener)

    def remove(self, listener: Listener) -> None:
        """Don't call it any more."""
        self._listeners.remove(listener)

    def __iter__(self) -> Iterator[Listener]:
        return iter(self._listeners)

    def __bool__(self) -> bool:
        return bool(self._listeners)


@dataclass(frozen=True)
class ComingCall:
    """A call that is about to go to a plugin's host.

    ``input_path`` is the input as a local file, ``workdir`` is for files that the call needs, and
    ``on_beat`` is to be called now and then by whatever takes longer than a second.
    """

    plugin: InstalledPlugin
    claim: Claim
    input_path: Path
    workdir: Path
    on_beat: Callable[[Progress], None]


before_call: Hook[Callable[[ComingCall], AbstractContextManager[dict[str, Any]]]] = Hook()
"""Gives further parameters of the call, valid while the context is open.

May raise HostFailure, which is then the item's, OSError, and what ``on_beat`` raises.
"""

item_done: Hook[Callable[[UUID, Tool], None]] = Hook()
"""After the commit of a result, with the item's id and its tool. Must not raise."""

job_ended: Hook[Callable[[UUID], None]] = Hook()
"""A job reached its final status, in the transaction that wrote it.

Rows that a listener writes are there if and only if the job has ended. It holds locks of the
queue, so it must be quick, and what it raises takes the end of the job back.
"""
