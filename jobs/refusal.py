"""The one error for requests that can't be granted."""

from collections.abc import Iterable

Pairs = list[tuple[str, str]]
"""JSON pointers (RFC 6901) into the request, each with a sentence."""


class Refusal(Exception):
    """A request can't be granted; ``message`` says why, in sentences for the user.

    ``status`` is the HTTP status. ``errors`` are the mistakes in members of the request, under the
    API's names: ``/params/language``. ``headers`` are added to the API's response, with a hyphen
    for each underscore: ``Retry_After="2"``.
    """

    def __init__(
        self, status: int, message: str, errors: Iterable[tuple[str, str]] = (), **headers: str
    ) -> None:
        super().__init__(message)
        self.status = status
        self.message = message
        self.errors: Pairs = list(errors)
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    @property
    def inner_errors(self) -> Pairs:
        """The errors without the first part of their pointers, for a form that edits only this
        member: ``/params/language`` becomes ``/language``."""
        return [(f"/{where.lstrip('/').partition('/')[2]}", said) for where, said in self.errors]


def below(member: str, errors: Iterable[tuple[str, str]]) -> Pairs:
    """Errors inside a member of a request, with pointers from the request's root:
    ``below("params", ...)`` turns ``/language`` into ``/params/language``."""
    return [(f"/{member}{where}", said) for where, said in errors]
