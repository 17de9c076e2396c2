"""All routes: the admin, the API under /v1, and the pages."""

from django.contrib import admin
from django.urls import include, path, re_path

from forgesyte import error_views, health

urlpatterns = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("admin/", admin.site.urls),
    path("v1/", include("jobs.api.urls")),
    path("v1/", include("plugins_app.api.urls")),
    re_path(r"^v1(?:/|$)", error_views.no_such_route),
    path("", include("jobs.pages.urls")),
    path("", include("plugins_app.pages.urls")),
]
handler400 = "forgesyte.error_views.bad_request"
handler403 = "forgesyte.error_views.permission_denied"
handler404 = "forgesyte.error_views.not_found"
handler500 = "forgesyte.error_views.server_error"
