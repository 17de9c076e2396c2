"""Addresses of the library's pages."""

from django.urls import path

from jobs.pages.library.delete import delete_from_library
from jobs.pages.library.grid import library
from jobs.pages.library.history import history
from jobs.pages.library.marking import set_prompt, set_tag
from jobs.pages.library.process import process
from jobs.pages.library.upload import upload_to_library

urlpatterns = [
    path("library", library, name="library"),
    path("library/upload", upload_to_library, name="library-upload"),
    path("library/process", process, name="library-process"),
    path("library/delete", delete_from_library, name="library-delete"),
    path("library/prompt", set_prompt, name="library-prompt"),
    path("library/tag", set_tag, name="library-tag"),
    path("library/<uuid:media_id>", history, name="library-history"),
]
