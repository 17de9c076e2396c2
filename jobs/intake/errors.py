"""The one error of intake."""


class Refused(Exception):
    """An upload that is not taken. ``status`` is the HTTP status, the text is for the user."""

    def __init__(self, status: int, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
