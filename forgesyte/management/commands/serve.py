"""``manage.py serve``: the web server and the worker of this machine, kept running."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from forgesyte.server import AddressTaken, base_url, node, require_free_address


class Command(BaseCommand):
    """Runs until it is asked to stop (Ctrl-C, SIGTERM); no process stays behind."""

    help = "Serve pages and API and work on jobs. PORT, BIND, WORKERS, ... are in docs/settings.md."

    def handle(self, *args: Any, **options: Any) -> None:
        """Start, say where, watch."""
        try:
            require_free_address()
        except AddressTaken as taken:
            raise CommandError(str(taken)) from taken
        with node() as family:
            self.stdout.write(f"ForgeSyte serves {base_url()}/  (Ctrl-C stops it)")
            self.stdout.flush()
            family.watch()
        self.stdout.write("Stopped.")
