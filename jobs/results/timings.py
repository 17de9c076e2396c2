"""How long a plugin's tools took recently, for the plugin pages."""

import statistics
from collections import defaultdict

from jobs.models import ItemStatus, JobItem
from plugins_app.pages.timings import Timing

LATEST_ITEMS, LATEST_RUNS = 10_000, 2000
"""At most this many items of all plugins are read, and at most this many runs of the plugin; a full
history would take seconds to read."""
RUNS = 200


def tool_timings(plugin_id: str) -> dict[str, Timing]:
    """Timings by tool id, from each tool's last ``RUNS`` runs among the server's latest items."""
    latest = JobItem.objects.filter(started_at__isnull=False).order_by("-started_at")
    rows = (
        JobItem.objects.filter(
            pk__in=latest.values("pk")[:LATEST_ITEMS],
            plugin_id=plugin_id,
            status=ItemStatus.COMPLETED,
        )
        .order_by("-started_at")
        .values_list("tool", "run")[:LATEST_RUNS]
    )
    seen: defaultdict[str, list[float]] = defaultdict(list)
    for tool, run in rows:
        wall_s = run.get("wall_s")
        if isinstance(wall_s, int | float) and len(seen[tool]) < RUNS:
            seen[tool].append(float(wall_s))
    return {tool: _timing(times) for tool, times in seen.items() if times}


def _timing(times: list[float]) -> Timing:
    p90_s = statistics.quantiles(times, n=10, method="inclusive")[8] if times[1:] else times[0]
    return Timing(runs=len(times), median_s=statistics.median(times), p90_s=p90_s)
