"""The jobs application: media in, jobs through, results out."""

from django.apps import AppConfig


class JobsConfig(AppConfig):
    """Django's description of the application."""

    name = "jobs"
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"
