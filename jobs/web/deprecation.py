"""Headers that announce the end of a route (RFC 9745, RFC 8594, RFC 5829)."""

from datetime import UTC, datetime
from typing import Any, ClassVar

from django.utils.http import http_date
from rest_framework.request import Request
from rest_framework.response import Response


class Deprecated:
    """For views that have a successor. ``successor`` is its path."""

    successor: ClassVar[str]
    since: ClassVar[datetime] = datetime(2026, 11, 1, tzinfo=UTC)
    sunset: ClassVar[datetime] = datetime(2028, 1, 1, tzinfo=UTC)

    def finalize_response(
        self, request: Request, response: Response, *args: Any, **kwargs: Any
    ) -> Response:
        """Add the headers, to errors too."""
        final: Response = super().finalize_response(  # type: ignore[misc]
            request, response, *args, **kwargs
        )
        final["Deprecation"] = f"@{int(self.since.timestamp())}"
        final["Sunset"] = http_date(self.sunset.timestamp())
        final["Link"] = f'<{self.successor}>; rel="successor-version"'
        return final
