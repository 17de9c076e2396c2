"""The project package as a Django application: its commands and system checks."""

from django.apps import AppConfig


class ForgesyteConfig(AppConfig):
    name = "forgesyte"
    verbose_name = "ForgeSyte"

    def ready(self) -> None:
        """Register the system checks, and do nothing else."""
        from forgesyte import checks  # noqa: F401
