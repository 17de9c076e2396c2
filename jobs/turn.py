"""Work that a process does one at a time."""

import threading

from jobs.refusal import Refusal


class Turn:
    """A block that one request is in at a time; nobody waits for it longer than ``patience_s``.

    Entering raises Refusal (503), which says ``busy``, when the patience is over.
    """

    def __init__(self, busy: str, patience_s: float = 20) -> None:
        self.patience_s = patience_s
        self._busy = busy
        self._lock = threading.Lock()

    def __enter__(self) -> None:
        if not self._lock.acquire(timeout=self.patience_s):
            raise Refusal(503, f"{self._busy} Try again in a moment.")

    def __exit__(self, *_error: object) -> None:
        self._lock.release()
