"""The routes of viewsets below ``/v1/`` and their names."""

from typing import Any

from rest_framework.routers import DynamicRoute, Route, SimpleRouter
from rest_framework.viewsets import ViewSetMixin

COLLECTION = {"get": "list", "post": "create", "put": "replace"}
MEMBER = {"get": "retrieve", "patch": "partial_update", "delete": "destroy"}


class Router(SimpleRouter):
    """DRF's router without regular expressions, and with shorter names.

    ``register("jobs", JobViewSet, "api-job")`` names the collection ``api-jobs``, a job ``api-job``
    and its action ``cancel`` ``api-job-cancel``. A collection without members has the plain name.

    A viewset gives options for its collection and members as it would to ``@action``:
    ``collection = {"name": "Jobs"}``, ``member = {"name": "Job"}``.
    """

    routes = [
        Route("{prefix}", COLLECTION, "{basename}s", detail=False, initkwargs={}),
        DynamicRoute("{prefix}/{url_path}", "{basename}-{url_name}", detail=False, initkwargs={}),
        Route("{prefix}/{lookup}", MEMBER, "{basename}", detail=True, initkwargs={}),
        DynamicRoute(
            "{prefix}/{lookup}/{url_path}", "{basename}-{url_name}", detail=True, initkwargs={}
        ),
    ]

    def __init__(self) -> None:
        super().__init__(trailing_slash=False, use_regex_path=False)

    def get_routes(self, viewset: type[ViewSetMixin]) -> list[Route]:
        """The routes of a viewset, with its options for the collection and members."""
        return [_special(route, viewset) for route in super().get_routes(viewset)]

    def get_lookup_regex(self, viewset: type[Any], lookup_prefix: str = "") -> str:
        """Members are looked up by UUID unless the viewset has a ``lookup_value_converter``."""
        converter = getattr(viewset, "lookup_value_converter", "uuid")
        name = getattr(viewset, "lookup_url_kwarg", None) or "pk"  # None if it has no members
        return f"<{converter}:{name}>"


def _special(route: Route, viewset: Any) -> Route:
    if route.mapping is MEMBER:
        return route._replace(initkwargs=getattr(viewset, "member", {}))
    if route.mapping is not COLLECTION:
        return route
    alone = not any(hasattr(viewset, name) for name in MEMBER.values())
    return route._replace(
        name="{basename}" if alone else "{basename}s",
        initkwargs=getattr(viewset, "collection", {}),
    )
