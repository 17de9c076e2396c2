"""What changed between two jobs over the same media, a page at a time."""

from dataclasses import dataclass

from jobs.comparing.items import compare_many
from jobs.comparing.job_pairs import Row, rows_of, share_media
from jobs.models import ItemStatus, Job, JobItem
from jobs.refusal import Refusal


@dataclass(frozen=True)
class Compared:
    """A pair with its outcome. ``counts`` are things per state, or None if the pair was not
    compared; ``note`` then says why."""

    row: Row
    identical: bool | None = None
    kind: str = ""
    counts: dict[str, int] | None = None
    note: str = ""

    @property
    def differs(self) -> bool:
        """Whether any thing is in a state other than ``same``."""
        return any(n for state, n in (self.counts or {}).items() if state != "same")


@dataclass(frozen=True)
class ComparedPage:
    """``next`` is the cursor of the next page, empty at the end."""

    rows: list[Compared]
    next: str


def compare_jobs(a: Job, b: Job, cursor: str = "", *, only_changed: bool = False) -> ComparedPage:
    """A page of the comparison. Raises Refusal (409) if the jobs share no media."""
    if not share_media(a, b):
        raise Refusal(
            409, "The jobs have no image or video in common, so there is nothing to compare."
        )
    page = rows_of(a, b, cursor, only_changed=only_changed)
    pairs = {place: row.both for place, row in enumerate(page.rows) if row.both}
    found = compare_many([pair for pair in pairs.values() if pair])
    by_place = dict(zip(pairs, found, strict=True))
    rows = []
    for place, row in enumerate(page.rows):
        one = by_place.get(place)
        if one is None:
            rows.append(Compared(row, note=_why_not(row)))
            continue
        rows.append(
            Compared(
                row,
                identical=one["identical"],
                kind=one.get("kind", ""),
                counts=one.get("counts"),
                note=one.get("error", ""),
            )
        )
    return ComparedPage(rows, page.next)


def _why_not(row: Row) -> str:
    if row.b is None:
        return "Only the first job has it."
    if row.a is None:
        return "Only the second job has it."
    one, other = _state(row.a), _state(row.b)
    if one == other:
        return f"In both it {one}."
    return f"It {one} in the first job and {other} in the second."


def _state(item: JobItem) -> str:
    words = {
        ItemStatus.PENDING: "waits",
        ItemStatus.RUNNING: "runs",
        ItemStatus.COMPLETED: "completed",
        ItemStatus.FAILED: "failed",
        ItemStatus.CANCELED: "was canceled",
        ItemStatus.SKIPPED: "was skipped",
    }
    return words[ItemStatus(item.status)]
