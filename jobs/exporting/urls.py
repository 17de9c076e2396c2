"""Addresses of the pages of exports."""

from django.urls import path

from jobs.exporting import pages as views
from jobs.exporting.choose_page import new_export

urlpatterns = [
    path("exports", views.export_list, name="exports"),
    path("exports/new", new_export, name="export-new"),
    path("exports/<uuid:export_id>", views.export_page, name="export"),
    path("exports/<uuid:export_id>/cancel", views.cancel_export, name="export-cancel"),
    path("exports/<uuid:export_id>/again", views.export_again, name="export-again"),
    path("exports/<uuid:export_id>/delete", views.delete_export, name="export-delete"),
]
