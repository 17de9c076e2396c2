"""Looking ahead: what a job would run and what it would skip, without writing anything."""

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
    """One reason, and for how many items it holds."""

    run: bool
    why: str
    count: int


@dataclass(frozen=True)
class Preview:
    """A decision for each medium and tool, in the order in which the job would have them."""

    decisions: list[Decision]

    @property
    def to_run(self) -> int:
        """How many items would run."""
        return sum(decision.run for decision in self.decisions)

    @property
    def to_skip(self) -> int:
        """How many would be skipped."""
        return len(self.decisions) - self.to_run

    @property
    def reasons(self) -> list[Reason]:
        """Why, the reasons to run first, the most frequent first."""
        counted = Counter((one.run, one.why) for one in self.decisions)
        found = [Reason(run, why, count) for (run, why), count in counted.items()]
        return sorted(found, key=lambda one: (not one.run, -one.count, one.why))


def preview(plan: Plan, media: Sequence[Media]) -> Preview:
    """What ``submit`` would do with this plan now. Raises Refusal."""
    total = len(media) * len(plan.tools)
    if not total:
        raise Refusal(400, "There is nothing to run on.")
    if total > settings.MAX_ITEMS_PER_JOB:
        raise Refusal(
            413, f"{total} items are more than one job takes ({settings.MAX_ITEMS_PER_JOB})."
        )
    found = decide(
        plan.manifest.id, plan.tools, plan.tool_params, media, only_changed=plan.only_changed
    )
    return Preview(list(found))
