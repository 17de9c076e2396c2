"""Cursor pagination: no counting, and no gaps or duplicates while rows are added and deleted."""

import re
from base64 import b64encode
from dataclasses import dataclass
from typing import Any, Generic, TypeVar
from urllib.parse import urlencode
from uuid import UUID

from django.db.models import Model, QuerySet
from django.http import QueryDict
from rest_framework import pagination
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from jobs.web.live import PARAMETER as LIVE

M = TypeVar("M", bound=Model)
DEFAULT_LIMIT = 25
MAX_LIMIT = 100


class Cursor(pagination.CursorPagination):
    """``limit`` rows a page, newest first; ``next`` and the ``Link`` header lead on (RFC 8288)."""

    ordering = "-id"
    position = re.compile(r"[0-9a-f-]{36}")
    page_size = DEFAULT_LIMIT
    max_page_size = MAX_LIMIT
    page_size_query_param = "limit"
    page_size_query_description = f"Rows a page, 1 to {MAX_LIMIT}."

    def get_page_size(self, request: Request) -> int:
        given = request.query_params.get(self.page_size_query_param)
        if given is None:
            return self.page_size
        if not re.fullmatch(r"0*[1-9]\d{0,2}", given) or int(given) > MAX_LIMIT:
            raise ValidationError({"limit": f"This must be a whole number from 1 to {MAX_LIMIT}."})
        return int(given)

    def decode_cursor(self, request: Request) -> Any:
        """The position in a cursor goes into a query, so it must be one that we could give."""
        if "cursor" not in request.query_params:
            return None
        cursor = super().decode_cursor(request)
        if cursor and not self._sane(str(cursor.position or "")):
            raise ValidationError({"cursor": "This is no cursor. Follow the link in next."})
        return cursor

    def _sane(self, position: str) -> bool:
        if not self.position.fullmatch(position):
            return False
        try:
            return self.ordering != "-id" or bool(UUID(position))
        except ValueError:
            return False

    def get_paginated_response(self, data: Any) -> Response:
        response = super().get_paginated_response(data)
        links = {"next": response.data["next"], "prev": response.data["previous"]}
        if given := [f'<{url}>; rel="{name}"' for name, url in links.items() if url]:
            response["Link"] = ", ".join(given)
        return response


class ItemCursor(Cursor):
    """The items of a job, in their order."""

    ordering = "position"
    position = re.compile(r"\d{1,9}")


@dataclass(frozen=True)
class Page(Generic[M]):
    """The rows of a page, and the query strings of its neighbours, empty if there is none."""

    rows: list[M]
    previous: str
    next: str


def page_of(
    rows: QuerySet[M], query: QueryDict, size: int, cursor: type[Cursor] = Cursor
) -> Page[M]:
    """The part of a list that a page's address asks for, in the API's words: ``cursor``, ``limit``.

    What can't be read asks for the first rows. Links of earlier pages go on working: those with
    ``before`` or ``after`` an id, or ``from`` a position.
    """
    address: Any = _Address(query)  # what the cursor asks of a request
    pager = cursor()
    pager.page_size = size
    try:
        found = pager.paginate_queryset(rows, address)
    except APIException:
        address.forget("cursor", "limit")
        found = pager.paginate_queryset(rows, address)
    return Page(list(found or []), _tail(pager.get_previous_link()), _tail(pager.get_next_link()))


class _Address:
    """The part of a request that the cursor needs, made from a page's address."""

    def __init__(self, query: QueryDict) -> None:
        self.query_params = query.copy()
        asked = {name: self.query_params.get(name) for name in ("before", "after", "from")}
        self.forget(*asked, LIVE)
        if asked["before"]:
            self._begin({"p": asked["before"]})
        elif asked["after"]:
            self._begin({"r": "1", "p": asked["after"]})
        elif re.fullmatch(r"[1-9]\d{0,8}", asked["from"] or "", re.ASCII):
            self._begin({"p": str(int(asked["from"] or 1) - 1)})

    def forget(self, *names: str) -> None:
        """Drop these parameters."""
        for name in names:
            self.query_params.pop(name, None)

    def build_absolute_uri(self) -> str:
        """The address within its page."""
        return f"?{self.query_params.urlencode()}"

    def _begin(self, place: dict[str, str]) -> None:
        text = urlencode(place).encode()
        self.query_params.setdefault("cursor", b64encode(text).decode())


def _tail(link: str | None) -> str:
    return (link or "").removeprefix("?")
