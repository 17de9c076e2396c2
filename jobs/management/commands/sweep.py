"""``manage.py sweep``: remove files that no row points to."""

from argparse import ArgumentParser
from datetime import timedelta
from typing import Any

from django.core.management.base import BaseCommand

from jobs.engine import sweep


class Command(BaseCommand):
    """Does at once what the hourly schedule does."""

    help = "Remove stored files that belong to nothing."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--min-age", type=int, default=3600, metavar="SECONDS", help="spare younger files"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        swept = sweep.sweep(timedelta(seconds=options["min_age"]))
        for name in (*swept.files, *swept.work):
            self.stdout.write(name)
        self.stdout.write(f"Removed {len(swept.files)} files, {len(swept.work)} work folders.")
