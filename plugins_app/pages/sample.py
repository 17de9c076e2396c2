"""The sample picture that a plugin may include to show what it does."""

import os
import stat
from pathlib import Path
from typing import NamedTuple

from django.contrib.auth.decorators import login_required
from django.http import FileResponse, Http404, HttpRequest
from django.http.response import HttpResponseBase
from django.views.decorators.http import condition, require_safe

from plugins_app.finding import registry
from plugins_app.models import Plugin
from plugins_app.sdk.signatures import HEAD_BYTES, content_type

MAX_BYTES = 2 * 1024 * 1024


KINDS = {"sample.png": "image/png", "sample.webp": "image/webp"}


class Sample(NamedTuple):
    """A sample picture that may be shown."""

    path: Path
    content_type: str
    etag: str


def sample_of(plugin: Plugin) -> Sample | None:
    """The picture beside the plugin's manifest on this machine, or None.

    It must be a regular file (a link could lead anywhere) of at most 2 MiB with the signature of
    its format. It is not decoded.
    """
    try:
        root = registry.get(plugin.pk).root
    except registry.PluginNotFound:
        return None
    for name, expected in KINDS.items():
        path = root / name
        try:
            about = path.lstat()
            if not stat.S_ISREG(about.st_mode) or about.st_size > MAX_BYTES:
                continue
            with path.open("rb") as file:
                found = content_type(file.read(HEAD_BYTES))
        except OSError:
            continue
        if found == expected:
            etag = f'"{about.st_mtime_ns:x}-{about.st_size:x}"'
            return Sample(path, found, etag)
    return None


def _found(plugin_id: str) -> Sample | None:
    plugin = Plugin.objects.listed().filter(pk=plugin_id.replace("\0", "")).first()
    return sample_of(plugin) if plugin else None


def _etag(request: HttpRequest, plugin_id: str) -> str | None:
    sample = _found(plugin_id)
    return sample.etag if sample else None


@require_safe
@login_required
@condition(etag_func=_etag)
def plugin_sample(request: HttpRequest, plugin_id: str) -> HttpResponseBase:
    """Send the sample picture.

    It is in the plugin's folder, not in the storage, and too small to need ranges, so it isn't sent
    the way stored files are.
    """
    sample = _found(plugin_id)
    if sample is None:
        raise Http404("The plugin has no sample picture.")
    try:
        descriptor = os.open(sample.path, os.O_RDONLY | os.O_NOFOLLOW)
    except OSError as error:
        raise Http404("The sample picture is gone.") from error
    answer = FileResponse(os.fdopen(descriptor, "rb"), content_type=sample.content_type)
    answer["Cache-Control"] = "private, max-age=3600"
    return answer
