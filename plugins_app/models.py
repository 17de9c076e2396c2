"""The server's record of a plugin: its manifest, and what the operator decided."""

from typing import Any

from django.db import models
from django.utils import timezone

from plugins_app.manifests.manifest import Manifest, parse_manifest


class Source(models.TextChoices):
    """Where a plugin was found."""

    BUILTIN = "builtin", "Built in"
    FOLDER = "folder", "Plugin folder"
    PACKAGE = "package", "Installed package"


class PluginQuerySet(models.QuerySet["Plugin"]):
    """Plugins, filtered by how they can be used."""

    def listed(self) -> "PluginQuerySet":
        """Plugins that users can see."""
        return self.filter(internal=False, removed=False)

    def resolve(self, name: str) -> "Plugin | None":
        """The plugin with this id, or else the one with this alias; None if there is none."""
        if "\0" in name:
            return None
        if found := self.filter(pk=name).first():
            return found
        return next((row for row in self if name in row.aliases), None)


class Plugin(models.Model):
    """One plugin. The operator sets ``enabled`` and ``paused``; ``sync`` writes the rest."""

    id = models.CharField(max_length=64, primary_key=True)
    name = models.CharField(max_length=200)
    version = models.CharField(max_length=64, blank=True)
    source = models.CharField(max_length=8, choices=Source)
    code_digest = models.CharField(max_length=64, blank=True)
    model_digest = models.CharField(
        max_length=64, blank=True, help_text="Of the model it used last; weights are known by use."
    )
    manifest = models.JSONField(default=dict, blank=True, help_text="In its canonical form.")
    enabled = models.BooleanField(default=True, help_text="Whether jobs may be submitted to it.")
    paused = models.BooleanField(default=False, help_text="A paused plugin's items wait.")
    available = models.BooleanField(default=False)
    reason = models.TextField(blank=True, help_text="Why it is unavailable.")
    internal = models.BooleanField(default=False, help_text="The server's own, hidden.")
    removed = models.BooleanField(default=False, help_text="It is no longer found.")
    last_error = models.TextField(blank=True)
    last_error_at = models.DateTimeField(null=True, blank=True)
    synced_at = models.DateTimeField(default=timezone.now)

    objects = PluginQuerySet.as_manager()

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.name

    @property
    def aliases(self) -> list[str]:
        """Other names by which the plugin can be called."""
        aliases: list[str] = self.manifest.get("aliases", [])
        return aliases

    @property
    def parsed_manifest(self) -> Manifest:
        """The manifest as an object. Raises ManifestError if the plugin is broken."""
        return parse_manifest(self.manifest)

    @property
    def state(self) -> str:
        """``removed``, ``unavailable``, ``disabled``, ``paused`` or ``ready``."""
        for word, holds in (
            ("removed", self.removed),
            ("unavailable", not self.available),
            ("disabled", not self.enabled),
            ("paused", self.paused),
        ):
            if holds:
                return word
        return "ready"

    def record_error(self, message: str) -> None:
        """Store a failure of the plugin itself (a crash, a failed load) for the operator."""
        now = timezone.now()
        text = message.replace("\0", " ").encode("utf-8", "replace").decode()[:20_000]
        values: dict[str, Any] = {"last_error": text, "last_error_at": now}
        type(self).objects.filter(pk=self.pk).update(**values)
        self.last_error, self.last_error_at = text, now
