"""Reading request bodies."""

import codecs
from collections.abc import Mapping
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from rest_framework import parsers
from rest_framework.exceptions import ParseError


class JSONParser(parsers.JSONParser):
    """JSON of a bounded size and depth; DRF's own reads any size into memory."""

    def parse(
        self,
        stream: Any,
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        limit = settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        body = stream.read(limit + 1)
        if len(body) > limit:
            raise RequestDataTooBig
        encoding = (parser_context or {}).get("encoding", "utf-8")
        try:
            codecs.lookup(encoding)
        except (LookupError, ValueError):  # ValueError: a NUL in the name
            raise ParseError("The body's charset is not known. Send UTF-8.") from None
        try:
            return super().parse(BytesIO(body), media_type, dict(parser_context or {}))
        except LookupError:
            raise ParseError("The body's charset is not a text encoding. Send UTF-8.") from None
        except RecursionError:
            raise ParseError("The JSON is nested too deeply.") from None
