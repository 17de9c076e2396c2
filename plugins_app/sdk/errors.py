"""A failure that says why."""

REASONS = ("tool_error", "undecodable", "too_large", "unsupported_input", "invalid_params")


class ToolError(ValueError):
    """A failure that the user should read as it is.

    ``message`` is a sentence: what, why, what to do next. ``retryable`` says that trying again
    may help. ``reason`` is one of ``REASONS``; it groups failures in lists and statistics.
    It is a ValueError, as what tools of the original ForgeSyte raise.
    """

    def __init__(self, message: str, retryable: bool = False, reason: str = "tool_error") -> None:
        if reason not in REASONS:
            raise ValueError(f"Unknown reason {reason!r}; there are: {', '.join(REASONS)}.")
        super().__init__(message)
        self.message = message
        self.retryable = retryable
        self.reason = reason
