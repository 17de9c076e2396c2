"""Makes an API key and prints it once."""

from argparse import ArgumentParser
from typing import Any

from django.contrib.auth import get_user_model
from django.core.management.base import BaseCommand, CommandError

from jobs.models import ApiKey
from jobs.models.api_key import SCOPES


class Command(BaseCommand):
    """``manage.py create_api_key USER NAME [--scopes read,submit]``"""

    help = "Makes an API key for a user and prints it. It can't be read again later."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("user", help="whose key it is")
        parser.add_argument("name", help="what the key is for, to tell keys apart")
        parser.add_argument(
            "--scopes", default=",".join(SCOPES), help=f"what it may do: {', '.join(SCOPES)}"
        )

    def handle(self, *args: Any, user: str, name: str, scopes: str, **options: Any) -> None:
        model = get_user_model()
        try:
            owner = model.objects.get_by_natural_key(user)
        except model.DoesNotExist:
            raise CommandError(
                f"There is no user {user!r}. Make one with manage.py createsuperuser."
            ) from None
        wanted = [word.strip() for word in scopes.split(",") if word.strip()]
        if not wanted:
            raise CommandError(f"A key needs a scope: {', '.join(SCOPES)}.")
        try:
            key, _row = ApiKey.objects.issue(owner, name, wanted)
        except ValueError as error:
            raise CommandError(str(error)) from error
        self.stdout.write(key)
