"""Lists page by cursor: no counting, and no gaps or doubles while rows come and go."""

import re
from typing import Any
from uuid import UUID

from rest_framework import pagination
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

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
            return DEFAULT_LIMIT
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
