"""Pauses: lanes from which no worker takes items for now."""

from django.conf import settings
from django.db import models


class Pause(models.Model):
    """One paused lane, or all of them. Running items continue; pending items keep waiting."""

    EVERYTHING = "*"

    lane = models.CharField(
        primary_key=True, max_length=32, help_text="A lane, or * for all of them."
    )
    note = models.CharField(max_length=200, blank=True, help_text="Shown to those who wait.")
    paused_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, blank=True, related_name="+"
    )
    paused_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ["lane"]

    def __str__(self) -> str:
        return "everything" if self.lane == self.EVERYTHING else f"lane {self.lane}"
