"""``/v1/plugins``: the available plugins, and what their tools accept."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound
from rest_framework.pagination import BasePagination
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from forgesyte.problem import CONTENT_TYPE
from plugins_app.api.shapes import ManifestShape, PluginShape
from plugins_app.manifests.explain import did_you_mean
from plugins_app.models import Plugin

PROBLEM = {"$ref": "#/components/schemas/Problem"}


def problems(**meanings: str) -> dict[Any, Any]:
    """The error responses of a route for OpenAPI, by status such as ``_404``."""
    known = {"_401": "No valid API key and no session.", "_403": "The key lacks the scope."}
    return {
        (int(status.removeprefix("_")), CONTENT_TYPE): OpenApiResponse(PROBLEM, meaning)
        for status, meaning in (known | meanings).items()
    }


class AllAtOnce(BasePagination):
    """All plugins on one page, because there are few, in the same shape as other lists."""

    def paginate_queryset(
        self, queryset: QuerySet[Any], request: Request, view: Any = None
    ) -> list[Any]:
        """All rows, without a limit."""
        return list(queryset)

    def get_paginated_response(self, data: Any) -> Response:
        """The same members as in other lists, with no next or previous page."""
        return Response({"next": None, "previous": None, "results": data})

    def get_paginated_response_schema(self, schema: dict[str, Any]) -> dict[str, Any]:
        """The schema of a page for the OpenAPI document."""
        address = {"type": ["string", "null"], "format": "uri"}
        return {
            "type": "object",
            "required": ["next", "previous", "results"],
            "properties": {"next": address, "previous": address, "results": schema},
        }


class PluginViewSet(GenericViewSet[Plugin]):
    """Plugins that jobs can be submitted to, and those that are broken or switched off."""

    queryset = Plugin.objects.listed()
    serializer_class = PluginShape
    pagination_class = AllAtOnce
    filter_backends = []
    lookup_url_kwarg = "plugin_id"
    lookup_value_converter = "str"
    collection = {"name": "Plugins"}
    member = {"name": "Plugin"}

    @extend_schema(operation_id="list_plugins", responses={200: PluginShape, **problems()})
    def list(self, request: Request) -> Response:
        """All plugins with their tools, parameters and state."""
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        operation_id="get_plugin",
        responses={200: PluginShape, **problems(_404="There is no such plugin.")},
    )
    def retrieve(self, request: Request, plugin_id: str) -> Response:
        """One plugin, by its id or an alias."""
        return Response(self.get_serializer(self._found(plugin_id)).data)

    @extend_schema(
        operation_id="get_plugin_manifest",
        responses={
            200: ManifestShape,
            **problems(_404="There is no such plugin, or its manifest is broken."),
        },
    )
    @action(detail=True)
    def manifest(self, request: Request, plugin_id: str) -> Response:
        """A plugin's manifest in its canonical form."""
        plugin = self._found(plugin_id)
        if not plugin.manifest:
            raise NotFound(f"Plugin {plugin.pk} has no usable manifest: {plugin.reason}")
        return Response(plugin.manifest)

    def _found(self, name: str) -> Plugin:
        plugin = self.get_queryset().resolve(name)  # type: ignore[attr-defined]
        if plugin is None:
            known = [row.pk for row in self.get_queryset()]
            hint = did_you_mean(name, known) or " GET /v1/plugins lists them."
            raise NotFound(f"There is no plugin {name[:64]!r}.{hint}")
        return plugin
