"""Addresses of the pages."""

from django.urls import path

from jobs.annotating import urls as annotating
from jobs.comparing import urls as comparing
from jobs.drawing import urls as drawing
from jobs.exporting import urls as exporting
from jobs.pages import accounts
from jobs.pages.item import item_page, item_result, item_text
from jobs.pages.job import cancel_job, job_page, retry_job
from jobs.pages.job_list import job_list
from jobs.pages.library.urls import urlpatterns as library_pages
from jobs.pages.upload import upload

urlpatterns = [
    path("", upload, name="upload"),
    *library_pages,
    *annotating.pages,
    *comparing.pages,
    *drawing.pages,
    *exporting.pages,
    path("jobs", job_list, name="jobs"),
    path("jobs/<uuid:job_id>", job_page, name="job"),
    path("jobs/<uuid:job_id>/cancel", cancel_job, name="cancel-job"),
    path("jobs/<uuid:job_id>/retry", retry_job, name="retry-job"),
    path("jobs/<uuid:job_id>/items/<uuid:item_id>", item_page, name="item"),
    path("jobs/<uuid:job_id>/items/<uuid:item_id>/result.json", item_result, name="item-result"),
    path("jobs/<uuid:job_id>/items/<uuid:item_id>/text.txt", item_text, name="item-text"),
    path("login", accounts.log_in, name="login"),
    path("logout", accounts.log_out, name="logout"),
    path("password", accounts.change_password, name="change-password"),
]
