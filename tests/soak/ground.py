"""What soak tests share: Django with an empty database and data folder, and a printed table."""

import argparse
import contextlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests import postgres

PLUGINS = Path(__file__).parents[1] / "plugins_for_tests"


def parser(description: str | None) -> argparse.ArgumentParser:
    """Options of every soak test."""
    made = argparse.ArgumentParser(description=description)
    made.add_argument("--db", choices=["sqlite", "postgres"], default="sqlite")
    return made


@contextlib.contextmanager
def prepared(db: str) -> Iterator[postgres.Server | None]:
    """Set up Django with the plugins for tests. Yields the PostgreSQL server, if one is used."""
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soak-")))
        database = stack.enter_context(postgres.server()) if db == "postgres" else None
        os.environ |= {
            "DATA_DIR": str(folder),
            "PLUGIN_DIRS": str(PLUGINS),
            "DJANGO_SETTINGS_MODULE": "forgesyte.settings",
            "LOG_LEVEL": "WARNING",
            "DATABASE_URL": database.url if database else f"sqlite:///{folder / 'db.sqlite3'}",
        }
        import django
        from django.core.management import call_command

        django.setup()
        call_command("migrate", verbosity=0)
        yield database


def tell(rows: Iterable[tuple[str, object]], problems: Iterable[str]) -> None:
    """Print the table that docs/reliability.md quotes."""
    for name, value in rows:
        sys.stdout.write(f"{name:32} {value}\n")
    for problem in problems:
        sys.stdout.write(f"PROBLEM: {problem}\n")
