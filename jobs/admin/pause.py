"""Pauses: adding one pauses a lane (or everything), deleting it resumes."""

from typing import Any

from django.contrib import admin
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest

from jobs.engine import doorbell
from jobs.models import Pause


@admin.register(Pause)
class PauseAdmin(admin.ModelAdmin):
    """Running items go on; waiting ones keep waiting."""

    list_display = ("__str__", "note", "paused_by", "paused_at")
    fields = ("lane", "note")

    def has_change_permission(self, request: HttpRequest, obj: Pause | None = None) -> bool:
        """Nobody: a pause is added and deleted, never changed."""
        return False

    def save_model(self, request: HttpRequest, obj: Pause, form: Any, change: bool) -> None:
        """Record who paused."""
        obj.paused_by = request.user  # type: ignore[assignment]  # logged in, as admins are
        super().save_model(request, obj, form, change)

    def delete_model(self, request: HttpRequest, obj: Pause) -> None:
        """Resume and wake the workers."""
        with transaction.atomic():
            super().delete_model(request, obj)
            doorbell.ring()

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Pause]) -> None:
        """Resume several and wake the workers once."""
        with transaction.atomic():
            super().delete_queryset(request, queryset)
            doorbell.ring()
