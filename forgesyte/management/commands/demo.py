"""``manage.py demo``: from an empty folder to a first result, through the HTTP API."""

import contextlib
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import connections
from django.utils.crypto import get_random_string

from forgesyte.client import Client, ClientError
from forgesyte.libraries import missing_libraries, opencv_problem
from forgesyte.processes import Family, describe_end
from forgesyte.report import character_error_rate, describe
from forgesyte.server import AddressTaken, base_url, node, require_free_address
from jobs.models import ApiKey
from plugins_app.finding import registry
from plugins_app.finding.registry import PluginNotFound
from plugins_app.manifests.manifest import UnknownTool

SAMPLES = settings.BASE_DIR / "static" / "samples"
SAMPLE, SAMPLE_VIDEO = SAMPLES / "receipt.png", SAMPLES / "moving.mp4"
HIGHEST_ERROR_RATE = 0.05


class Command(BaseCommand):
    """Prepares the database, starts the node, sends a file, prints the result, keeps serving."""

    help = "Start ForgeSyte, run one tool on one file through the API and show the result."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """``--once`` is for scripts: it exits with 0 only if the result is correct."""
        parser.add_argument("--once", action="store_true", help="stop after the result")
        parser.add_argument("--file", type=Path, help="image or video (a drawn one)")
        parser.add_argument("--plugin", default="ocr", help="plugin id (%(default)s)")
        parser.add_argument("--tool", default="default", help="one of its tools (%(default)s)")
        parser.add_argument("--timeout", type=float, default=900, help="seconds (%(default)s)")

    def handle(self, *args: Any, **options: Any) -> None:
        """Run the demo. Raises CommandError if the result is wrong and ``--once`` was given."""
        file: Path = options["file"] or _sample_for(options["plugin"], options["tool"])
        self._require_what_it_needs(file)
        call_command("migrate", verbosity=0, interactive=False)
        user = self._admin()
        key, row = ApiKey.objects.issue(user, "demo")
        self._say(f"  API key      {key}   (shown only now)\n")
        connections.close_all()  # the children open their own
        try:
            with contextlib.suppress(KeyboardInterrupt), node() as family:
                self._run(family, key, file, options)
            self._say("Stopped.")
        finally:
            if options["once"]:
                row.delete()

    def _require_what_it_needs(self, file: Path) -> None:
        if not file.is_file():
            raise CommandError(f"There is no file {file}. Name an image or a video with FILE=.")
        if missing_libraries() and (problem := opencv_problem()):
            raise CommandError(problem)
        try:
            require_free_address()
        except AddressTaken as taken:
            raise CommandError(str(taken)) from taken

    def _admin(self) -> Any:
        """The first administrator, created with a random password if there is none."""
        users = get_user_model()._default_manager
        self._say(f"ForgeSyte      {base_url()}/")
        user = users.filter(is_superuser=True, is_active=True).order_by("pk").first()
        if user is not None:
            self._say(f"  sign in as   {user.get_username()}")
            self._say(
                "  password     as shown at the first start (change it: manage.py changepassword)"
            )
            return user
        password = get_random_string(16)
        user = get_user_model().objects.create_superuser("admin", "", password)
        self._say(f"  sign in as   admin\n  password     {password}   (shown only now)")
        return user

    def _run(self, family: Family, key: str, file: Path, options: dict[str, Any]) -> None:
        client = Client(base_url(), key, lambda: _require_alive(family))
        try:
            problem = self._try_out(client, file, options)
        except ClientError as error:
            problem = str(error)
        if problem and options["once"]:
            raise CommandError(problem)
        if problem:
            self.stderr.write(self.style.ERROR(problem))
        if not options["once"]:
            self._say(f"Serving {base_url()}/  (Ctrl-C stops it)")
            family.watch()

    def _try_out(self, client: Client, file: Path, options: dict[str, Any]) -> str:
        """Send the file and print the result. Returns what is wrong with it, or ``""``."""
        plugin, tool = options["plugin"], options["tool"]
        client.wait_until_up()
        self._say(f"Sending {file.name} to {plugin} ...")
        job = client.wait(client.submit(file, plugin, tool)["job_id"], options["timeout"])
        page = (job.get("urls") or {}).get("page") or f"/jobs/{job['job_id']}"
        result = client.result(job)
        if job["status"] != "completed" or result is None:
            why = job.get("error_message") or (job.get("error") or {}).get("message") or "no result"
            return f"The job is {job['status']}: {why}\nIts page: {client.address(page)}"
        self._say(f"{describe(result)}\n")
        problem = ""
        if file == SAMPLE and plugin == "ocr":
            problem = self._judge(str(result["text"]))
        self._say(f"Its page: {client.address(page)}\n")
        return problem

    def _judge(self, text: str) -> str:
        error_rate = character_error_rate(SAMPLE.with_suffix(".txt").read_text(), text)
        self._say(f"Compared with the printed text, {error_rate:.1%} of the characters differ.")
        if error_rate <= HIGHEST_ERROR_RATE:
            return ""
        return f"That is more than {HIGHEST_ERROR_RATE:.0%}: the result is wrong."

    def _say(self, text: str) -> None:
        self.stdout.write(text)
        self.stdout.flush()


def _sample_for(plugin: str, tool: str) -> Path:
    """The sample that the tool accepts. If there is no such tool, the server will say so."""
    try:
        kinds = registry.get(plugin).manifest.tool(tool).kinds
    except (PluginNotFound, UnknownTool):
        return SAMPLE
    return SAMPLE if "image" in kinds else SAMPLE_VIDEO


def _require_alive(family: Family) -> None:
    for child in family.dead():
        end = describe_end(child.process)
        raise ClientError(f"The {child.name} ended unexpectedly ({end}); the reason is above.")
