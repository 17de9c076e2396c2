"""How long tools have taken recently.

This application knows nothing about jobs and their runs, so the source of timings is registered
here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Wall seconds of a tool's latest runs: the median and the 90th percentile."""

    runs: int
    median_s: float
    p90_s: float


TimingSource = Callable[[str], Mapping[str, Timing]]
"""From a plugin's id to timings by tool id."""

_sources: list[TimingSource] = []


def register(source: TimingSource) -> None:
    """Set the source of timings. It replaces the one registered before."""
    _sources[:] = [source]


def tool_timings(plugin_id: str) -> Mapping[str, Timing]:
    """Timings by tool id. Tools that have not run are left out."""
    return _sources[0](plugin_id) if _sources else {}
