"""Reads what a plugin prints from a pipe, without blocking, and keeps it up to a limit."""

import os

KEPT_BYTES = 64 * 1024
FLOOD_BYTES = 1024 * 1024
"""Beyond this, a call's output is read slowly, so that it slows the plugin down, not the worker."""


class LogPipe:
    """The reading end of the host's stdout and stderr."""

    def __init__(self, descriptor: int) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self.open = True
        self._tail = bytearray()
        self._total = 0

    @property
    def flooded(self) -> bool:
        """Whether this call has printed more than ``FLOOD_BYTES``."""
        return self._total > FLOOD_BYTES

    def begin(self) -> None:
        """Discard what was printed before this call."""
        self.read()
        self._tail.clear()
        self._total = 0

    def read(self) -> None:
        """Read what is available, at most one pipe's worth (64 KiB)."""
        if not self.open:
            return
        try:
            data = os.read(self.descriptor, 1 << 16)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            self.open = False
        self._total += len(data)
        self._tail += data
        del self._tail[:-KEPT_BYTES]

    def text(self) -> str:
        """The last 64 KiB, preceded by a note on how much was left out."""
        text = self._tail.decode("utf-8", "replace").replace("\0", "\N{SYMBOL FOR NULL}")
        left_out = self._total - len(self._tail)
        return f"[{left_out} bytes left out]\n{text}" if left_out else text

    def last_line(self) -> str:
        """The last non-empty line before a crash's stack trace, cut to 200 characters."""
        printed = self.text().partition("Fatal Python error: ")[0]
        lines = [line.strip() for line in printed.splitlines() if line.strip()]
        return lines[-1][:200] if lines else ""

    def close(self) -> None:
        """Close the reading end."""
        if self.descriptor >= 0:
            os.close(self.descriptor)
            self.descriptor, self.open = -1, False
