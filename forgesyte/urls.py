"""All addresses: the admin, the API under /v1, and the pages."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("admin/", admin.site.urls),
    path("v1/", include("jobs.api.urls")),
    path("v1/", include("plugins_app.api.urls")),
    path("", include("jobs.pages.urls")),
    path("", include("plugins_app.pages.urls")),
]
