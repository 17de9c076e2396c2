"""The project package as an application: its commands and its system checks."""

from django.apps import AppConfig


class ForgesyteConfig(AppConfig):
    """Django's description of the application."""

    name = "forgesyte"
    verbose_name = "ForgeSyte"

    def ready(self) -> None:
        """Register the checks; nothing else happens here."""
        from forgesyte import checks  # noqa: F401
