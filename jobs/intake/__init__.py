"""What may come in: uploads are streamed, hashed, sniffed, probed and stored."""

from jobs.intake.store import discard, kinds_of, receive

__all__ = ["discard", "kinds_of", "receive"]
