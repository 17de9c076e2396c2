"""What drf-spectacular can't find out by itself for the OpenAPI document."""

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension

from jobs.web.auth import HEADER


class ApiKeyScheme(OpenApiAuthenticationExtension):
    """How the document describes API keys."""

    target_class = "jobs.web.auth.ApiKeyAuthentication"
    name = "ApiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": HEADER,
            "description": "A key made with `manage.py create_api_key USER NAME`.",
        }
