"""The one error of submission."""

from collections.abc import Sequence


class SubmissionError(Exception):
    """A request that can't become a job.

    ``status`` is the HTTP status; ``errors`` are (JSON pointer, sentence) pairs.
    """

    def __init__(self, status: int, message: str, errors: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors = list(errors)
