"""``manage.py draw_samples``: draw what is under static/samples again."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    """Writes the same bytes on every run with the pinned libraries."""

    help = "Draw the sample receipt, with its true text beside it, and the sample video."

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the files and name them."""
        # Only here: the web process must not load an image library.
        from forgesyte.moving_sample import write_video
        from forgesyte.samples import write_samples

        folder = settings.BASE_DIR / "static" / "samples"
        for path in [*write_samples(folder), write_video(folder / "moving.mp4")]:
            self.stdout.write(f"{path.relative_to(settings.BASE_DIR)}  {path.stat().st_size} bytes")
