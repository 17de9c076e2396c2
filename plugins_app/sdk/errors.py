"""The error that a tool raises to tell the user what went wrong."""

REASONS = ("tool_error", "undecodable", "too_large", "unsupported_input", "invalid_params")


class ToolError(ValueError):
    """An error whose message is shown to the user unchanged.

    ``message`` is a sentence: what happened, why, and what to do next. ``retryable`` says that
    trying again may help. ``reason`` is one of ``REASONS`` and groups failures in lists and
    statistics. It is a ValueError because tools of the original ForgeSyte raise those.
    """

    def __init__(self, message: str, retryable: bool = False, reason: str = "tool_error") -> None:
        if reason not in REASONS:
            raise ValueError(f"Unknown reason {reason!r}. Use one of: {', '.join(REASONS)}.")
        super().__init__(message)
        self.message = message
        self.retryable = retryable
        self.reason = reason
