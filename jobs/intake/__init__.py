"""Intake of uploads: streamed, hashed, sniffed, probed and stored."""

from jobs.intake.store import kinds_of, receive

__all__ = ["kinds_of", "receive"]
