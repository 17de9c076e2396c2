"""``manage.py pause [LANE]``: workers take nothing from a lane, or from any."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from jobs.models import Pause


class Command(BaseCommand):
    """What runs goes on; what waits goes on waiting."""

    help = "Pause a lane, or everything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lane", nargs="?", default=Pause.EVERYTHING, help="default: everything")
        parser.add_argument("--note", default="", help="shown to those who wait")

    def handle(self, *args: Any, **options: Any) -> None:
        pause, _new = Pause.objects.update_or_create(
            lane=options["lane"], defaults={"note": options["note"]}
        )
        self.stdout.write(f"Paused: {pause}. Resume with `manage.py resume {pause.lane}`.")
