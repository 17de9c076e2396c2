"""What may come in: uploads are streamed, hashed, sniffed, probed and stored."""

from jobs.intake.errors import Refused
from jobs.intake.store import discard, kinds_of, receive

__all__ = ["Refused", "discard", "kinds_of", "receive"]
