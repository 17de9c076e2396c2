"""What all queues with a table of their own items share: preparing it and looking at it."""

from benchmarks.peers import rows
from benchmarks.peers.rows import count_finished, items

__all__ = ["count_finished", "items", "prepare", "stage"]


def prepare() -> None:
    """Make the table of items."""
    rows.create()


def stage(numbers: range) -> None:
    """Make the rows of these items, before anything is measured."""
    rows.add(numbers)
