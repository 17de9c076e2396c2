"""Plugins in the admin: their state, their last error, and actions to enable and pause them."""

import json
from typing import Any

from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from forgesyte.admin_search import SearchedInAnyCase
from plugins_app.models import Plugin

SWITCHES = ("enabled", "paused")


@admin.register(Plugin)
class PluginAdmin(SearchedInAnyCase):
    """Only ``enabled`` and ``paused`` can be changed here; the sync writes everything else."""

    list_display = [
        "id",
        "name",
        "version",
        "source",
        "shown_state",
        "shown_reason",
        "last_error_at",
    ]
    list_filter = ["enabled", "paused", "available", "source", "internal", "removed"]
    search_fields = ["id", "name"]
    ordering = ["id"]
    actions = ["enable", "disable", "pause", "resume", "forget_error"]
    fieldsets = [
        (None, {"fields": ["id", "name", "version", "source", "shown_state", "reason"]}),
        ("Settings", {"fields": list(SWITCHES)}),
        ("Last error", {"fields": ["last_error_at", "shown_error"]}),
        ("Traceability", {"fields": ["code_digest", "synced_at", "internal", "removed"]}),
        ("Manifest", {"fields": ["shown_manifest"]}),
    ]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        """All fields except the two switches."""
        names = [str(name) for _title, options in self.fieldsets for name in options["fields"]]
        return [name for name in names if name not in SWITCHES]

    def save_model(self, request: HttpRequest, obj: Plugin, form: Any, change: bool) -> None:
        """Only write the switches: the sync may have changed the rest in the meantime."""
        obj.save(update_fields=[name for name in form.changed_data if name in SWITCHES])

    def has_add_permission(self, request: HttpRequest) -> bool:
        """Nobody: plugins are discovered, not created here."""
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Nobody: results refer to plugins, so missing ones are only marked as removed."""
        return False

    @admin.display(description="State", ordering="available")
    def shown_state(self, plugin: Plugin) -> str:
        """Sortable by ``available`` only: the state itself is not in the database."""
        return plugin.state

    @admin.display(description="Why")
    def shown_reason(self, plugin: Plugin) -> str:
        """The beginning of the reason. The detail page shows all of it."""
        return plugin.reason if len(plugin.reason) <= 100 else plugin.reason[:97] + "..."

    @admin.display(description="Manifest")
    def shown_manifest(self, plugin: Plugin) -> SafeString:
        """The canonical manifest, indented."""
        text = json.dumps(plugin.manifest, indent=2, ensure_ascii=False)
        return format_html("<pre>{}</pre>", text)

    @admin.display(description="Message")
    def shown_error(self, plugin: Plugin) -> SafeString:
        """The last error with its line breaks."""
        return format_html("<pre>{}</pre>", plugin.last_error or "None.")

    @admin.action(description="Enable the selected plugins", permissions=["change"])
    def enable(self, request: HttpRequest, queryset: QuerySet[Plugin]) -> None:
        """Accept jobs for the selected plugins."""
        self._set(request, queryset, "enabled", enabled=True)

    @admin.action(description="Disable the selected plugins", permissions=["change"])
    def disable(self, request: HttpRequest, queryset: QuerySet[Plugin]) -> None:
        """Accept no more jobs for the selected plugins."""
        self._set(request, queryset, "disabled", enabled=False)

    @admin.action(description="Pause the selected plugins", permissions=["change"])
    def pause(self, request: HttpRequest, queryset: QuerySet[Plugin]) -> None:
        """Make items of the selected plugins wait."""
        self._set(request, queryset, "paused", paused=True)

    @admin.action(description="Resume the selected plugins", permissions=["change"])
    def resume(self, request: HttpRequest, queryset: QuerySet[Plugin]) -> None:
        """Let items of the selected plugins run again."""
        self._set(request, queryset, "resumed", paused=False)

    @admin.action(description="Forget the last error", permissions=["change"])
    def forget_error(self, request: HttpRequest, queryset: QuerySet[Plugin]) -> None:
        """Clear the last error of the selected plugins."""
        self._set(request, queryset, "cleared of its last error", last_error="", last_error_at=None)

    def _set(
        self, request: HttpRequest, queryset: QuerySet[Plugin], word: str, **values: object
    ) -> None:
        own = queryset.filter(internal=False)  # the server can't do without its own
        for plugin in own:
            text = f"{word.capitalize()} at {timezone.now():%Y-%m-%d %H:%M} UTC."
            self.log_change(request, plugin, text)
        changed = own.update(**values)
        if changed:
            level, text = messages.SUCCESS, f"{changed} plugin(s) {word}."
        else:
            level, text = (
                messages.WARNING,
                "Nothing was changed: the server's internal plugins can't be changed here.",
            )
        self.message_user(request, text, level)
