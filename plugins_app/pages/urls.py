"""URLs of the plugin pages."""

from django.urls import path

from plugins_app.pages.plugin_detail import plugin_detail
from plugins_app.pages.plugin_list import plugin_list
from plugins_app.pages.sample import plugin_sample

urlpatterns = [
    path("plugins", plugin_list, name="plugins"),
    path("plugins/<str:plugin_id>", plugin_detail, name="plugin"),
    path("plugins/<str:plugin_id>/sample", plugin_sample, name="plugin-sample"),
]
