"""The way into the API: its root, its schema, and the pages that explain it."""

from typing import Any

from csp.constants import SELF, UNSAFE_INLINE
from csp.decorators import csp_update
from django.contrib.auth.decorators import login_required
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from jobs.web import openapi  # noqa: F401  # registers itself
from jobs.web.openapi_parts import problems

ROUTES = {
    "submit_image": "api-submit-image",
    "submit_video": "api-submit-video",
    "images": "api-images",
    "videos": "api-videos",
    "jobs": "api-jobs",
    "exports": "api-exports",
    "schema": "api-schema",
    "docs": "api-docs",
}


class RootShape(serializers.Serializer):
    """Where to start."""

    submit_image = serializers.URLField()
    submit_video = serializers.URLField()
    images = serializers.URLField()
    videos = serializers.URLField()
    jobs = serializers.URLField()
    exports = serializers.URLField()
    schema = serializers.URLField()
    docs = serializers.URLField()


class Root(APIView):
    """Submit images and videos, follow jobs, read results."""

    name = "API"

    @extend_schema(
        operation_id="get_root", summary="The main routes", responses={200: RootShape, **problems()}
    )
    def get(self, request: Request) -> Response:
        """The main routes."""
        urls = {key: request.build_absolute_uri(reverse(name)) for key, name in ROUTES.items()}
        return Response(urls)


class Schema(SpectacularAPIView):
    """The OpenAPI 3.1 document."""


schema: Any = Schema.as_view()

# Swagger UI writes <style> elements; nothing else is loosened, and only on this page.
docs: Any = csp_update({"style-src": [SELF, UNSAFE_INLINE]})(
    login_required(SpectacularSwaggerSplitView.as_view(url_name="api-schema"))
)
