"""The API as pages for people (templates/rest_framework/api.html)."""

from collections.abc import Mapping
from typing import Any

from rest_framework import renderers
from rest_framework.parsers import JSONParser
from rest_framework.request import Request


class BrowsableAPIRenderer(renderers.BrowsableAPIRenderer):
    """Styled like our pages, without the scripts and styles that the policy blocks."""

    def get_raw_data_form(self, data: Any, view: Any, method: str, request: Request) -> None:
        """None: static/js/api.js sends raw JSON, and needs no form of DRF's for it."""

    def get_context(
        self, data: Any, accepted_media_type: str | None, renderer_context: Mapping[str, Any]
    ) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context(
            data, accepted_media_type or "", renderer_context
        )
        view, request = context["view"], context["request"]
        can_post = "POST" in view.allowed_methods and self.show_form_for_method(
            view, "POST", request, None
        )
        takes_json = any(issubclass(parser, JSONParser) for parser in view.parser_classes)
        return context | {"can_post": can_post, "takes_json": takes_json}
