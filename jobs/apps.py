"""The jobs application: media in, jobs through, results out."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JobsConfig(AppConfig):
    """Django's description of the application."""

    name = "jobs"
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Keep the schedules in step with the code after every migration; add the listeners."""
        post_migrate.connect(_schedule, sender=self)
        from jobs import wiring  # models exist once apps are ready

        wiring.connect()


def _schedule(using: str, **_rest: Any) -> None:
    from django_q.models import Schedule

    Schedule.objects.using(using).update_or_create(
        name="sweep",
        defaults={"func": "jobs.engine.sweep.run", "schedule_type": Schedule.HOURLY},
    )
