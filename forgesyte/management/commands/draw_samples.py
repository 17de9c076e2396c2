"""``manage.py draw_samples``: draw the sample pictures under static/samples again."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Writes the same bytes on every run with the pinned Pillow."""

    help = "Draw the sample receipt and write its true text beside it."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files and name them."""
        # Only here: the web process must not load an image library.
        from forgesyte.samples import write_samples

        for path in write_samples(settings.BASE_DIR / "static" / "samples"):
            self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}  {path.stat().st_size} bytes")
