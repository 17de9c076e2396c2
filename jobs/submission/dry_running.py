"""Dry runs: what a job would run and what it would skip, without writing anything."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings

from jobs.models import Media
from jobs.refusal import Refusal
from jobs.results.changes import Decision, decide
from jobs.submission.planning import Plan


@dataclass(frozen=True)
class Reason:
    """A reason to run or skip items, and the number of items it applies to."""

    run: bool
    why: str
    count: int


@dataclass(frozen=True)
class DryRun:
    """A decision for each medium and tool, in the order of the job's items."""

    decisions: list[Decision]

    @property
    def to_run(self) -> int:
        return sum(decision.run for decision in self.decisions)

    @property
    def to_skip(self) -> int:
        return len(self.decisions) - self.to_run

    @property
    def reasons(self) -> list[Reason]:
        """The reasons with their counts: reasons to run first, then by frequency."""
        counted = Counter((one.run, one.why) for one in self.decisions)
        found = [Reason(run, why, count) for (run, why), count in counted.items()]
        return sorted(found, key=lambda one: (not one.run, -one.count, one.why))


def dry_run(plan: Plan, media: Sequence[Media]) -> DryRun:
    """What ``submit`` would do with this plan now. Raises Refusal."""
    total = len(media) * len(plan.tools)
    if not total:
        raise Refusal(400, "There is nothing to run on.")
    if total > settings.MAX_ITEMS_PER_JOB:
        raise Refusal(
            413, f"{total} items are more than a job may have ({settings.MAX_ITEMS_PER_JOB})."
        )
    found = decide(
        plan.manifest.id, plan.tools, plan.tool_params, media, only_changed=plan.only_changed
    )
    return DryRun(list(found))
