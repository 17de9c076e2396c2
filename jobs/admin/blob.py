"""Stored bytes, once per owner, however often they were uploaded."""

from typing import Any
from uuid import UUID

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from jobs import downloads
from jobs.admin import display
from jobs.admin.filters import CreatedFilter
from jobs.admin.read_only import ReadOnlyAdmin
from jobs.admin.search import blobs_matching
from jobs.models import Blob, Media
from jobs.web.send import send, sends_file

MOST_UPLOADS = 50
THUMBNAIL_AGE_S = 600


@admin.register(Blob)
class BlobAdmin(ReadOnlyAdmin):
    """The bytes and what the probe found in them."""

    list_display = (
        "picture",  # not "thumbnail", which is the model's field
        "short_sha256",
        "owner",
        "content_type",
        "size",
        "dimensions",
        "created",
    )
    list_display_links = ("short_sha256",)
    list_filter = ("kind", CreatedFilter)
    list_select_related = ("owner",)
    ordering = ("-id",)
    search_fields = ("id",)  # the box; what it searches is in matching
    search_help_text = "Owner, or the beginning of an id or of a SHA-256."
    sortable_by = ()
    change_form_template = "admin/jobs/blob/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """The small picture, beside the usual pages."""
        view = self.admin_site.admin_view(self.thumbnail_file, cacheable=True)
        return [path("<uuid:pk>/thumbnail/", view, name="jobs_blob_thumbnail"), *super().get_urls()]

    def matching(self, word: str) -> Q:
        """By identifier, digest or owner."""
        return blobs_matching(word)

    @admin.display(description="picture")
    def picture(self, blob: Blob) -> SafeString | str:
        return display.blob_thumbnail(blob)

    @admin.display(description="SHA-256")
    def short_sha256(self, blob: Blob) -> str:
        return blob.sha256[:12]

    @admin.display(description="size")
    def size(self, blob: Blob) -> str:
        return display.size(blob.size_bytes)

    @admin.display(description="pixels")
    def dimensions(self, blob: Blob) -> str:
        return display.dimensions(blob)

    @admin.display(description="created")
    def created(self, blob: Blob) -> str:
        return display.moment(blob.created_at)

    @sends_file
    def thumbnail_file(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        if not self.has_view_permission(request):
            raise PermissionDenied
        blob = get_object_or_404(Blob, pk=pk)
        return send(request, downloads.thumbnail(blob, blob.sha256[:12]), max_age_s=THUMBNAIL_AGE_S)

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        blob: Blob = context["original"]
        uploads: list[Media] = []
        if request.user.has_perm("jobs.view_media"):
            uploads = list(blob.media.order_by("-id")[:MOST_UPLOADS])
        context |= {
            "blob": blob,
            "thumbnail": display.blob_thumbnail(blob),
            "size": display.size(blob.size_bytes),
            "dimensions": display.dimensions(blob),
            "probe": display.pretty(blob.probe),
            "uploads": uploads,
        }
        return super().render_change_form(request, context, *args, **kwargs)
