"""URLs of exports: pages and API routes."""

from django.urls import path

from forgesyte.api_router import Router
from jobs.exporting import pages as views
from jobs.exporting.api import ExportViewSet, FormatViewSet
from jobs.exporting.choose_page import new_export
from jobs.exporting.result_api import ResultExport

api = Router()
api.register("export-formats", FormatViewSet, "api-export-formats")
api.register("exports", ExportViewSet, "api-export")
api.register("results", ResultExport, "api-result")

pages = [
    path("exports", views.export_list, name="exports"),
    path("exports/new", new_export, name="export-new"),
    path("exports/<uuid:export_id>", views.export_page, name="export"),
    path("exports/<uuid:export_id>/cancel", views.cancel_export, name="export-cancel"),
    path("exports/<uuid:export_id>/again", views.export_again, name="export-again"),
    path("exports/<uuid:export_id>/delete", views.delete_export, name="export-delete"),
]
