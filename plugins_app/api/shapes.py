"""The JSON shapes of plugins."""

from typing import Any

from django.urls import reverse
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from plugins_app.manifests.schema import OUTPUTS, PROMPTS
from plugins_app.manifests.spellings import INPUT_KINDS
from plugins_app.models import Plugin


class Words(serializers.ListField):
    """A list of short texts."""

    child = serializers.CharField()


class ToolShape(serializers.Serializer):
    """One tool of a plugin, in the canonical form of the manifest."""

    id = serializers.CharField()
    title = serializers.CharField()
    description = serializers.CharField()
    inputs = serializers.ListField(child=serializers.ChoiceField(choices=INPUT_KINDS))
    params = serializers.DictField(help_text="JSON Schema (2020-12) of the parameters.")
    prompts = serializers.ListField(
        child=serializers.ChoiceField(choices=PROMPTS),
        help_text="What the tool takes from a medium's annotations and text prompt.",
    )
    output = serializers.ChoiceField(choices=OUTPUTS)
    aliases = Words()
    capabilities = Words(help_text="Words that `logical_tool_id` may name.")
    timeout_s = serializers.FloatField()
    memory_mb = serializers.IntegerField(help_text="MiB")
    lane = serializers.CharField(help_text="Which workers run it.")
    deterministic = serializers.BooleanField()


class Requirements(serializers.Serializer):
    """What must be there for the plugin to be available."""

    env = Words(required=False)
    files = Words(required=False)
    python = Words(required=False)
    hints = Words(required=False)
    optional_env = Words(required=False)


class ManifestShape(serializers.Serializer):
    """A plugin's manifest in its canonical form."""

    id = serializers.CharField()
    name = serializers.CharField()
    version = serializers.CharField()
    api = serializers.IntegerField(
        required=False, help_text="The version of the plugin contract that it was written for."
    )
    description = serializers.CharField()
    aliases = Words()
    entrypoint = serializers.CharField()
    requires = Requirements()
    tools = ToolShape(many=True)


class PluginLinks(serializers.Serializer):
    """Where to go on."""

    self = serializers.URLField()
    manifest = serializers.URLField()


class PluginShape(serializers.ModelSerializer):
    """A plugin, whether it can be used, and its tools."""

    description = serializers.SerializerMethodField()
    aliases = serializers.SerializerMethodField()
    state = serializers.ChoiceField(
        choices=("ready", "paused", "disabled", "unavailable", "removed"), read_only=True
    )
    reason = serializers.CharField(read_only=True, help_text="Why it is unavailable.")
    tools = serializers.SerializerMethodField()
    urls = serializers.SerializerMethodField()

    class Meta:
        model = Plugin
        fields = (
            *("id", "name", "version", "description", "aliases", "source", "code_digest"),
            *("state", "available", "enabled", "paused", "reason", "tools", "urls"),
        )
        read_only_fields = fields

    @extend_schema_field(Words())
    def get_aliases(self, plugin: Plugin) -> list[str]:
        """Other names it answers to."""
        return plugin.aliases

    def get_description(self, plugin: Plugin) -> str:
        """What it is for."""
        return str(plugin.manifest.get("description", ""))

    @extend_schema_field(ToolShape(many=True))
    def get_tools(self, plugin: Plugin) -> list[dict[str, Any]]:
        """Its tools; none where the manifest is broken."""
        tools: list[dict[str, Any]] = plugin.manifest.get("tools", [])
        return tools

    @extend_schema_field(PluginLinks())
    def get_urls(self, plugin: Plugin) -> dict[str, str]:
        """Absolute addresses."""
        here = self.context["request"].build_absolute_uri
        return {
            "self": here(reverse("api-plugin", args=[plugin.pk])),
            "manifest": here(reverse("api-plugin-manifest", args=[plugin.pk])),
        }
