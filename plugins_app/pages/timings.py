"""How long tools take, as far as anybody has seen.

Runs belong to the jobs, which this application knows nothing of: whoever keeps them registers here.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Timing:
    """Wall seconds of a tool's latest runs: the median, and what nine of ten stay below."""

    runs: int
    median_s: float
    p90_s: float


TimingSource = Callable[[str], Mapping[str, Timing]]
"""From a plugin's id to timings by tool id."""

_sources: list[TimingSource] = []


def register(source: TimingSource) -> None:
    """Have the pages ask here; the one registered last is asked."""
    _sources[:] = [source]


def tool_timings(plugin_id: str) -> Mapping[str, Timing]:
    """Timings by tool id; tools that have not run are left out."""
    return _sources[0](plugin_id) if _sources else {}
