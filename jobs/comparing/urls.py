"""URLs of comparisons: pages and API routes."""

from django.urls import path

from forgesyte.api_router import Router
from jobs.comparing import pages as views
from jobs.comparing.api import CompareViewSet

api = Router()
api.register("compare", CompareViewSet, "api-compare")

pages = [
    path("jobs/<uuid:job_id>/compare", views.compare_job, name="compare-job"),
    path("compare/results", views.compare_results, name="compare-results"),
]
