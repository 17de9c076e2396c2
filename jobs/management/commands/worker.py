"""``manage.py worker``: the processes of one worker node."""

import multiprocessing
import signal
import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import connections

from forgesyte.health import NotReady, require_migrations
from jobs.engine import hardening, kernel_ipc, node, stopping, ticket

RESTART_PAUSE_S = 1.0


class Command(BaseCommand):
    """Runs a hardened django-q2 cluster, and starts it again should its guard be killed."""

    requires_system_checks = ["forgesyte"]  # not the addresses: no web page is served here
    help = "Take jobs from the queue and run them, until SIGTERM or SIGINT."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            require_migrations()
        except NotReady as error:
            raise CommandError(str(error)) from error
        hardening.apply()
        multiprocessing.set_start_method("fork", force=True)
        kernel_ipc.idle_hooks.append(ticket.close_idle_hosts)
        node.register()
        while True:
            stopping.prepare()
            cluster = hardening.Cluster()
            self.stdout.write(f"Worker node {cluster.name} is starting.")
            connections.close_all()
            cluster.start()
            cluster.sentinel.join()
            if stopping.requested():
                break
            self.stderr.write("The guard process died; starting the node again.")
            time.sleep(RESTART_PAUSE_S)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        node.sign_off()
        self.stdout.write("Worker node has stopped.")
