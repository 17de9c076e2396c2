"""``manage.py resume [LANE]``: workers take items again."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from jobs.engine import doorbell
from jobs.models import Pause


class Command(BaseCommand):
    """Ends a pause and rings for the workers."""

    help = "Resume a paused lane, or everything."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("lane", nargs="?", default=Pause.EVERYTHING, help="default: everything")

    def handle(self, *args: Any, **options: Any) -> None:
        with transaction.atomic():
            ended, _rows = Pause.objects.filter(lane=options["lane"]).delete()
            doorbell.ring()
        if not ended:
            raise CommandError(f"{options['lane']} was not paused.")
        self.stdout.write("Resumed.")
