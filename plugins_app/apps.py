"""The plugins application."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PluginsAppConfig(AppConfig):
    """Configures the application for Django."""

    name = "plugins_app"
    verbose_name = "Plugins"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Update the plugins' rows after migrations."""
        post_migrate.connect(_sync, sender=self)


def _sync(using: str, **_kwargs: Any) -> None:
    from plugins_app.sync import sync_after_migrate

    sync_after_migrate(using)
