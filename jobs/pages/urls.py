"""Addresses of the pages."""

from django.urls import path

from jobs.comparing.pages import compare_job, compare_results
from jobs.drawing.pages import make_track_video
from jobs.exporting.urls import urlpatterns as export_pages
from jobs.pages import accounts
from jobs.pages.item import item_page, item_result, item_text
from jobs.pages.job import cancel_job, job_page, retry_job
from jobs.pages.job_list import job_list
from jobs.pages.library.urls import urlpatterns as library_pages
from jobs.pages.upload import upload

urlpatterns = [
    path("", upload, name="upload"),
    *library_pages,
    *export_pages,
    path("jobs", job_list, name="jobs"),
    path("jobs/<uuid:job_id>", job_page, name="job"),
    path("jobs/<uuid:job_id>/compare", compare_job, name="compare-job"),
    path("compare/results", compare_results, name="compare-results"),
    path("jobs/<uuid:job_id>/cancel", cancel_job, name="cancel-job"),
    path("jobs/<uuid:job_id>/retry", retry_job, name="retry-job"),
    path("jobs/<uuid:job_id>/items/<uuid:item_id>", item_page, name="item"),
    path("jobs/<uuid:job_id>/items/<uuid:item_id>/result.json", item_result, name="item-result"),
    path("jobs/<uuid:job_id>/items/<uuid:item_id>/text.txt", item_text, name="item-text"),
    path(
        "jobs/<uuid:job_id>/items/<uuid:item_id>/track-video", make_track_video, name="track-video"
    ),
    path("login", accounts.log_in, name="login"),
    path("logout", accounts.log_out, name="logout"),
    path("password", accounts.change_password, name="change-password"),
]
