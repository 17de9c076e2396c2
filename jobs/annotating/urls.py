"""URLs of annotations: pages and API routes."""

from django.urls import path

from forgesyte.api_router import Router
from jobs.annotating import import_pages
from jobs.annotating import pages as views
from jobs.annotating.api import AnnotationViewSet
from jobs.annotating.import_api import ImportAnnotations
from jobs.annotating.takeover_api import TakeOver

api = Router()
api.register("images/<uuid:media_id>/annotations", AnnotationViewSet, "api-annotation")
api.register("annotations/import", ImportAnnotations, "api-import-annotations")
api.register("results", TakeOver, "api")

pages = [
    path("library/import", import_pages.import_into_library, name="library-import"),
    path("library/<uuid:media_id>/annotate", views.annotate, name="library-annotate"),
    path(
        "library/<uuid:media_id>/results/<uuid:item_id>/take-over",
        views.take_over_result,
        name="library-take-over",
    ),
]
