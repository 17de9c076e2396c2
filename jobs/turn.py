"""Work of which a process does only one piece at a time."""

import threading

from jobs.refusal import Refusal


class Turn:
    """A block that only one request runs at a time.

    Entering waits up to ``patience_s`` seconds, then raises Refusal (503) with the text ``busy``.
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
