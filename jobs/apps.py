"""The jobs application: media, jobs and results."""

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate


class JobsConfig(AppConfig):
    name = "jobs"
    verbose_name = "Jobs"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        """Update the schedules after every migration, and connect the engine's listeners."""
        post_migrate.connect(_schedule, sender=self)
        from jobs import wiring  # it imports models, which exist only once apps are ready

        wiring.connect()


def _schedule(using: str, **_rest: Any) -> None:
    from django_q.models import Schedule

    Schedule.objects.using(using).update_or_create(
        name="sweep",
        defaults={"func": "jobs.engine.sweep.run", "schedule_type": Schedule.HOURLY},
    )
