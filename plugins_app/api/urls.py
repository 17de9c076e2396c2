"""Addresses of the plugins' API, below ``/v1/``."""

from django.urls import path

from plugins_app.api.views import PluginViewSet

urlpatterns = [
    path("plugins", PluginViewSet.as_view({"get": "list"}), name="api-plugins"),
    path("plugins/<str:plugin_id>", PluginViewSet.as_view({"get": "retrieve"}), name="api-plugin"),
    path(
        "plugins/<str:plugin_id>/manifest",
        PluginViewSet.as_view({"get": "manifest"}),
        name="api-plugin-manifest",
    ),
]
