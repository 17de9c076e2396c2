"""The plugins application."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class PluginsAppConfig(AppConfig):
    """Django's description of the application."""

    name = "plugins_app"
    verbose_name = "Plugins"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Have the plugins' rows brought up to date after migrations."""
        post_migrate.connect(_sync, sender=self)


def _sync(using: str, **_kwargs: Any) -> None:
    from plugins_app.sync import sync_after_migrate

    sync_after_migrate(using)
