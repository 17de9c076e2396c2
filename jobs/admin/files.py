"""Stored files for staff. The API serves owners only, so the admin has views of its own."""

from pathlib import PurePosixPath

from django.http import FileResponse, Http404, HttpResponseBase
from django.utils.cache import patch_cache_control

from jobs import storage

SHOWN = frozenset(
    f"image/{kind}" for kind in ("jpeg", "png", "webp", "gif", "bmp", "avif")
) | frozenset(f"video/{kind}" for kind in ("mp4", "webm", "quicktime", "x-matroska"))
"""Types that a browser may show; anything else is only offered for download."""

SEALED = "default-src 'none'; img-src 'self'; media-src 'self'; sandbox"
THUMBNAIL_MAX_AGE_S = 600


def stored_file(
    name: str, content_type: str, download_as: str = "", max_age_s: int = 0
) -> HttpResponseBase:
    """Stream a stored file, in a form in which a browser runs nothing that is in it.

    Raises Http404 when the file is gone.
    """
    if not name:
        raise Http404("There is no such file.")
    try:
        file = storage.open_file(name)
    except FileNotFoundError as error:
        raise Http404("The file is missing in the storage.") from error
    response = FileResponse(
        file,
        content_type=content_type if content_type in SHOWN else "application/octet-stream",
        as_attachment=bool(download_as) or content_type not in SHOWN,
        filename=download_as or PurePosixPath(name).name,
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = SEALED
    patch_cache_control(response, private=True, max_age=max_age_s)
    return response
