"""Many rows: ``python -m tests.soak.rows --items 10000``.

A job of so many items is accepted and run to its end by a real worker node; then every row and
file is looked at. After that, a claim is made with 200 items waiting, and with 20 times as many as
the job had; what it cost the database is counted, not timed.
"""

import sys
import time

import pytest

from tests.soak import ground

FEW, TIMES = 200, 20


def main() -> int:
    parser = ground.parser(__doc__)
    parser.add_argument("-n", "--items", type=int, default=10_000)
    options = parser.parse_args()
    with ground.prepared(options.db):
        rows, problems = [("database", options.db)], []
        for proof in (run_a_long_job, claim_from_a_long_queue):
            try:
                rows += proof(options.items)
            except AssertionError as error:
                problems.append(f"{proof.__name__}: {error}")
        ground.tell([*rows, ("lost, doubled, stuck, slower", len(problems))], problems)
    return 1 if problems else 0


def run_a_long_job(items: int) -> list[tuple[str, object]]:
    from jobs.models import Media
    from tests.factories import make_job, make_media, make_user
    from tests.faults.invariants import check_everything, wait_for_the_end
    from tests.node import Node

    first = make_media(make_user())
    more = [Media(owner=first.owner, blob=first.blob, filename=f"{n}.png") for n in range(1, items)]
    media = [first, *Media.objects.bulk_create(more, batch_size=500)]
    started = time.monotonic()
    job = make_job(first.owner, media)
    accepted_s = time.monotonic() - started
    node = Node(workers=2, LOG_LEVEL="ERROR").start()
    try:
        started = time.monotonic()
        [ended] = wait_for_the_end(job, seconds=items)
        run_s = time.monotonic() - started
        assert (ended.status, ended.ended) == ("completed", items), ended.status
        assert node.stop() == 0, "the node did not stop in order"
        check_everything()
    finally:
        node.end()
    return [
        ("items of one job", items),
        ("seconds until accepted", round(accepted_s, 1)),
        ("seconds until all had run", round(run_s)),
    ]


def claim_from_a_long_queue(items: int) -> list[tuple[str, object]]:
    from django.db import connection

    from tests.engine import test_sql
    from tests.factories import job_row, make_user

    def cost() -> int:
        with pytest.MonkeyPatch.context() as patch:
            plan, steps = test_sql.plan_of(patch)
        assert "item_ready" in plan, plan
        return steps

    job = job_row(make_user())
    test_sql.lengthen(job, FEW)
    few = cost()
    test_sql.lengthen(job, TIMES * items)
    many = cost()
    assert many <= 1.5 * few, f"{few} became {many}"
    unit = "steps" if connection.vendor == "sqlite" else "pages"
    return [
        (f"{unit} of a claim, {FEW:,} waiting", few),
        (f"{unit} of a claim, {TIMES * items:,} waiting", many),
    ]


if __name__ == "__main__":
    sys.exit(main())
