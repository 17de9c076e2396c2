"""The environment variables of a host: an allow-list without secrets or the database's address."""

import os
from collections.abc import Iterable
from pathlib import Path

from django.conf import settings

from plugins_app.sdk.video_formats import CV2_OPTIONS, CV2_VARIABLE

PASSED_ON = ("PATH", "LANG", "LANGUAGE", "TZ", "LD_LIBRARY_PATH", "CUDA_VISIBLE_DEVICES")
PRIVATE = ("DATABASE_URL", "SECRET_KEY", "REDIS_URL")
PRIVATE_PREFIXES = ("S3_", "AWS_", "EMAIL_", "DJANGO_")
"""Never passed on, even if a manifest asks for it."""

THREADS = {
    f"{library}_NUM_THREADS": "1" for library in ("OMP", "OPENBLAS", "MKL", "NUMEXPR", "VECLIB")
}
"""Two hosts with one thread each do 1.5-2.2x the work of one host with two."""


def is_private(name: str) -> bool:
    """Whether a variable must never be passed to a plugin."""
    return name in PRIVATE or name.startswith(PRIVATE_PREFIXES)


def host_environment(wanted: Iterable[str], workdir: Path, marker: str) -> dict[str, str]:
    """The variables for a host. ``wanted`` are those that the manifest requires or may use."""
    names = {name for name in (*PASSED_ON, *wanted) if not is_private(name)}
    names |= {name for name in os.environ if name.startswith("LC_")}
    return {name: os.environ[name] for name in names if name in os.environ} | {
        **THREADS,
        "OPENCV_IO_MAX_IMAGE_PIXELS": str(settings.MAX_IMAGE_PIXELS),
        CV2_VARIABLE: CV2_OPTIONS,
        "HOME": str(workdir),
        "TMPDIR": str(workdir),
        "FORGESYTE_HOST": marker,
    }
