"""``manage.py serve``: the web server and the worker of this machine, kept running."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forgesyte.server import AddressTaken, base_url, node, require_free_address


class Command(BaseCommand):
    """Runs until asked to stop (Ctrl-C, SIGTERM) and leaves no process behind."""

    help = "Serve pages and API and run jobs. PORT, BIND, WORKERS, ... are in docs/settings.md."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            require_free_address()
        except AddressTaken as taken:
            raise CommandError(str(taken)) from taken
        with node() as family:
            self.stdout.write(f"ForgeSyte serves {base_url()}/  (Ctrl-C stops it)")
            self.stdout.flush()
            family.watch()
        self.stdout.write("Stopped.")
