"""Uploads: who sent what, shown with the jobs that used it."""

from typing import Any
from uuid import UUID

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils.safestring import SafeString

from jobs import downloads
from jobs.admin import display
from jobs.admin.blob import THUMBNAIL_AGE_S
from jobs.admin.filters import CreatedFilter
from jobs.admin.read_only import MOST_AT_ONCE, ReadOnlyAdmin
from jobs.admin.search import media_matching
from jobs.engine.deletion import discard
from jobs.models import JobItem, Media
from jobs.showing.item_view import picture_of
from jobs.web.send import send, sends_file

MOST_USES = 50


@admin.register(Media)
class MediaAdmin(ReadOnlyAdmin):
    """Uploads: who sent what, and which jobs used it."""

    list_display = ("thumbnail", "filename", "owner", "size", "dimensions", "sha256", "created")
    list_display_links = ("filename",)
    list_filter = (("blob__kind", admin.ChoicesFieldListFilter), CreatedFilter)
    list_select_related = ("blob", "owner")
    search_fields = ("id",)  # the box; what it searches is in matching
    search_help_text = "File name, owner, or the beginning of an id or of a SHA-256."
    sortable_by = ()
    actions = ("discard",)
    change_form_template = "admin/jobs/media/change_form.html"

    def get_urls(self) -> list[URLPattern]:
        """Add the file and its thumbnail to the usual pages."""
        guard = self.admin_site.admin_view
        return [
            path("<uuid:pk>/file/", guard(self.file, cacheable=True), name="jobs_media_file"),
            path(
                "<uuid:pk>/thumbnail/",
                guard(self.thumbnail_file, cacheable=True),
                name="jobs_media_thumbnail",
            ),
            *super().get_urls(),
        ]

    def matching(self, word: str) -> Q:
        """By identifier, file name, owner or digest."""
        return media_matching(word)

    @admin.display(description="picture")
    def thumbnail(self, media: Media) -> SafeString | str:
        return display.thumbnail(media)

    @admin.display(description="size")
    def size(self, media: Media) -> str:
        return display.size(media.blob.size_bytes)

    @admin.display(description="pixels")
    def dimensions(self, media: Media) -> str:
        return display.dimensions(media.blob)

    @admin.display(description="SHA-256")
    def sha256(self, media: Media) -> str:
        return media.blob.sha256[:12]

    @admin.display(description="created")
    def created(self, media: Media) -> str:
        return display.moment(media.created_at)

    def has_discard_permission(self, request: HttpRequest) -> bool:
        """People with Django's permission to delete uploads may discard them."""
        return request.user.has_perm("jobs.delete_media")

    @admin.action(description="Discard uploads that no job uses", permissions=["discard"])
    def discard(self, request: HttpRequest, queryset: QuerySet[Media]) -> None:
        """Delete uploads with their files, except those that jobs refer to."""
        chosen = list(queryset.order_by("pk")[: MOST_AT_ONCE + 1])
        kept = sum(not self._discarded(request, media) for media in chosen[:MOST_AT_ONCE])
        discarded = len(chosen[:MOST_AT_ONCE]) - kept
        if discarded:
            self.message_user(request, f"Discarded: {discarded}.", messages.SUCCESS)
        if kept:
            text = f"Kept: {kept}. Jobs refer to them, and their results would lose their input."
            self.message_user(request, text, messages.WARNING)
        if len(chosen) > MOST_AT_ONCE:
            text = f"Only the first {MOST_AT_ONCE} were looked at. Repeat the action for the rest."
            self.message_user(request, text, messages.WARNING)

    def _discarded(self, request: HttpRequest, media: Media) -> bool:
        """Discard one upload and log who did it, unless jobs refer to it."""
        with transaction.atomic():
            self.log_deletions(request, Media.objects.filter(pk=media.pk))
            discarded = discard(media)
            transaction.set_rollback(not discarded)
        return discarded

    @sends_file
    def file(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        return send(request, downloads.upload(self._media(request, pk)), max_age_s=0)

    @sends_file
    def thumbnail_file(self, request: HttpRequest, pk: UUID) -> HttpResponseBase:
        media = self._media(request, pk)
        file = downloads.thumbnail(media.blob, media.filename)
        return send(request, file, max_age_s=THUMBNAIL_AGE_S)

    def _media(self, request: HttpRequest, pk: UUID) -> Media:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(Media.objects.select_related("blob"), pk=pk)

    def get_queryset(self, request: HttpRequest) -> QuerySet:
        """Fetch the blob, which every page shows."""
        return super().get_queryset(request).select_related("blob", "owner")

    def render_change_form(
        self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any
    ) -> HttpResponse:
        media: Media = context["original"]
        uses: list[JobItem] = []
        if request.user.has_perm("jobs.view_jobitem"):
            uses = list(media.items.select_related("job").order_by("-id")[: MOST_USES + 1])
        context |= {
            "upload": media,
            "picture": picture_of(media.blob),
            "size": display.size(media.blob.size_bytes),
            "dimensions": display.dimensions(media.blob),
            "probe": display.pretty(media.blob.probe),
            "uses": uses[:MOST_USES],
            "more_uses": len(uses) > MOST_USES,
        }
        return super().render_change_form(request, context, *args, **kwargs)
