"""``manage.py doctor [JOB]``: why things wait, and what to do."""

from argparse import ArgumentParser
from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError
from django.db.models import Count

from jobs.diagnosis import server_problems, what_blocks
from jobs.models import ItemStatus, Job, JobItem, Worker


class Command(BaseCommand):
    """Exits with 1 when something keeps jobs from running."""

    help = "Say in sentences why jobs wait and what to do about it."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("job", nargs="?", help="id of one job")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["job"]:
            self._job(options["job"])
            return
        self._overview()
        problems = server_problems()
        for problem in problems:
            self.stdout.write(f"! {problem}")
        if problems:
            raise CommandError("The queue needs attention.", returncode=1)
        self.stdout.write("Nothing keeps jobs from running.")

    def _overview(self) -> None:
        for worker in Worker.objects.alive():
            busy = ", ".join(f"{item.plugin_id}/{item.tool}" for item in worker.holds())
            self.stdout.write(
                f"Worker {worker}: {worker.processes} processes, lanes {', '.join(worker.lanes)}, "
                f"{'busy with ' + busy if busy else 'idle'}."
            )
        counts = dict(
            JobItem.objects.filter(status__in=[ItemStatus.PENDING, ItemStatus.RUNNING])
            .values_list("status")
            .annotate(Count("id"))
            .order_by()
        )
        waiting, running = counts.get("pending", 0), counts.get("running", 0)
        self.stdout.write(f"Items: {waiting} waiting, {running} running.")

    def _job(self, text: str) -> None:
        try:
            job = Job.objects.get(pk=UUID(text))
        except (ValueError, Job.DoesNotExist) as error:
            raise CommandError(f"There is no job {text!r}.") from error
        self.stdout.write(f"Job {job.pk} ({job}) of {job.owner} is {job.status}.")
        for item in job.items.filter(status=ItemStatus.RUNNING):
            self.stdout.write(
                f"Item {item.position}: attempt {item.attempt} on {item.worker}, "
                f"{item.progress:.0%} {item.progress_note}".rstrip()
            )
        for item in job.items.filter(status=ItemStatus.PENDING).order_by("turn")[:1]:
            self.stdout.write(f"Next is item {item.position}. {what_blocks(item)}")
        for item in job.items.filter(status=ItemStatus.FAILED)[:20]:
            self.stdout.write(f"Item {item.position} failed: {item.error_message}")
