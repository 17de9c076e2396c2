"""Users, keys, media, jobs and results for tests, made the way the server makes them.

Media go through the real intake (hashed, sniffed, probed in a child process) and jobs through the
real submission; ``run_jobs`` executes them in a real plugin host, without worker processes.
"""

import contextlib
import io
import itertools
import tempfile
from pathlib import Path

from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from PIL import Image
from rest_framework.test import APIClient

from jobs import intake
from jobs.intake.upload import HashedUpload, HashingUploadHandler
from jobs.models import ApiKey, Job, Media
from jobs.submission import plan, submit

PLUGINS = Path(__file__).parent / "plugins_for_tests"
"""Plugin folders that tests may register; ``echo`` is the one most of them want."""

_numbers = itertools.count(1)


def make_user(name=None, **values):
    """A user. Without a ``password`` (hashing one is slow) only ``force_login`` logs them in."""
    return get_user_model().objects.create_user(name or f"person{next(_numbers)}", **values)


def make_key(owner, scopes=None):
    """The text of a new API key."""
    return ApiKey.objects.issue(owner, f"key {next(_numbers)}", scopes)[0]


def api_client(owner=None, scopes=None):
    """A client of the API with a key of its own; without an owner it has none."""
    client = APIClient()
    if owner is not None:
        client.credentials(HTTP_X_API_KEY=make_key(owner, scopes))
    return client


def picture(width=40, height=30, kind="PNG", color=None):
    """The bytes of an image; without a color, each call gives another picture."""
    number = next(_numbers)
    paint = color or (number % 256, number // 256 % 256, 128)
    stream = io.BytesIO()
    Image.new("RGB", (width, height), paint).save(stream, kind)
    return stream.getvalue()


def form_file(name="a.png", data=None, content_type="image/png"):
    """A file for a multipart form."""
    return SimpleUploadedFile(name, picture() if data is None else data, content_type)


def uploaded(name="a.png", data=None, content_type="image/png") -> HashedUpload:
    """An upload as the server's own handler leaves it: on disk and hashed."""
    content = picture() if data is None else data
    handler = HashingUploadHandler()
    handler.new_file("file", name, content_type, len(content))
    handler.receive_data_chunk(content, 0)
    return handler.file_complete(len(content))


def make_media(owner, name="a.png", data=None) -> Media:
    """A picture in this user's library."""
    with contextlib.closing(uploaded(name, data)) as upload:
        return intake.receive(owner, upload)


def make_video(owner, name="a.mp4", frames=10, **how) -> Media:
    """A drawn video in this user's library."""
    return make_media(owner, name, film(name, frames, **how))


def film(name="a.mp4", frames=10, **how):
    """The bytes of a drawn video (tests/video/clips.py), its container by the name."""
    from tests.video.clips import clip

    with tempfile.TemporaryDirectory() as folder:
        return clip(Path(folder) / name, frames, **how).read_bytes()


def make_job(owner, media=None, plugin="echo", tools=("default",), **options) -> Job:
    """A pending job of this user, by default one new picture for the echo plugin."""
    if media is None:
        media = [make_media(owner)]
    kinds = {medium.kind for medium in media}
    return submit(owner, plan(plugin, kinds, tools=tools, **options), media)


def run_jobs() -> int:
    """Execute everything that waits, here and now. Returns how many items ran."""
    from jobs.engine import ticket

    executed = 0
    while ran := ticket.run():
        executed += ran
    return executed


def make_finished_job(owner, *args, **options) -> Job:
    """A job of this user that has run to its end."""
    job = make_job(owner, *args, **options)
    run_jobs()
    job.refresh_from_db()
    return job
