"""Videos with the tracks of a result drawn in: made on request, as jobs of the server's own plugin.

They go through the queue like everything else, so the result they show never waits for them. The
item of such a job names the result it shows in ``reused``.
"""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import DatabaseError, InterfaceError, transaction

from jobs import storage
from jobs.engine.hooks import ComingCall
from jobs.models import Artifact, ItemStatus, Job, JobItem, MediaKind, Priority
from jobs.refusal import Refusal
from jobs.results.outputs import find_tool
from jobs.submission.planning import Plan
from jobs.submission.writing import write
from plugins_app.finding import registry
from plugins_app.host import HostFailure
from plugins_app.manifests.manifest import Tool

PLUGIN, TOOL = "media", "preview"
ARTIFACT_KIND = "preview"
USELESS = (ItemStatus.FAILED, ItemStatus.CANCELED, ItemStatus.SKIPPED)


def can_show(item: JobItem, tool: Tool | None) -> bool:
    """Whether the item is a completed result with tracks of a video."""
    has_tracks = tool is not None and tool.output == "tracks"
    is_video = item.media.kind == MediaKind.VIDEO
    return has_tracks and is_video and item.status == ItemStatus.COMPLETED and bool(item.result)


def find(item: JobItem) -> JobItem | None:
    """The newest item that makes or has made the video with this item's tracks."""
    made = JobItem.objects.filter(reused=item, plugin_id=PLUGIN, tool=TOOL)
    return made.order_by("-pk").first()


def artifact_of(item: JobItem) -> Artifact | None:
    """The video that the item has made; None before that."""
    return item.artifacts.filter(kind=ARTIFACT_KIND).first()


@dataclass(frozen=True)
class TrackVideo:
    """The video or its progress; ``maker`` is the item that makes it."""

    maker: JobItem | None
    artifact: Artifact | None

    @property
    def is_coming(self) -> bool:
        """Whether it is being made."""
        return self.maker is not None and not self.maker.is_final


def track_video_of(item: JobItem) -> TrackVideo:
    """The video with the item's tracks, or its progress."""
    maker = find(item)
    return TrackVideo(maker, artifact_of(maker) if maker else None)


def request(item: JobItem) -> Job:
    """Have the video made unless it exists or is being made; returns the job that makes it.

    Raises Refusal (409) if the item has no tracks of a video.
    """
    if not can_show(item, find_tool(item.plugin_id, item.tool)):
        raise Refusal(
            409,
            "Only a completed result with tracks of a video can be drawn into its video."
            f" This one is {item.status} and comes from the tool {item.tool!r}.",
        )
    return _job_of(item) or _submit(item)


def after_commit(item_id: Any, tool: Tool) -> None:
    """With ``PREVIEWS=always``, have the video made for a result that was just committed.

    Database errors are ignored, as the video can be requested later, too.
    """
    if settings.PREVIEWS != "always" or tool.output != "tracks":
        return
    with contextlib.suppress(Refusal, DatabaseError, InterfaceError):
        items = JobItem.objects.select_related("job__owner", "media__blob")
        item = items.filter(pk=item_id).first()
        if item is not None and can_show(item, tool):
            request(item)


@contextlib.contextmanager
def with_result(call: ComingCall) -> Iterator[dict[str, Any]]:
    """The path of the result, for calls that draw it into its video.

    Raises HostFailure if the result is gone.
    """
    if (call.plugin.id, call.claim.tool) != (PLUGIN, TOOL):
        yield {}
        return
    item = JobItem.objects.filter(pk=call.claim.params["item"]).first()
    with contextlib.ExitStack() as stack:
        try:
            if item is None or not item.result:
                raise FileNotFoundError
            path = stack.enter_context(storage.local_path(item.result.name))
        except FileNotFoundError as error:
            text = "The result that was to be drawn into the video has been deleted."
            raise HostFailure("unsupported_input", text) from error
        yield {"result_path": str(path)}


def _job_of(item: JobItem) -> Job | None:
    there = find(item)
    return there.job if there is not None and there.status not in USELESS else None


def _submit(item: JobItem) -> Job:
    manifest = registry.get(PLUGIN).manifest
    tool = manifest.tool(TOOL)
    params = {"item": str(item.pk), "max_side": settings.PREVIEW_SIDE}
    plan = Plan(manifest, (tool,), {}, {tool.id: params}, priority=Priority.LOW)
    with transaction.atomic():
        JobItem.objects.select_for_update().get(pk=item.pk)  # two requests at once make one job
        if there := _job_of(item):
            return there
        job = write(item.job.owner, plan, [(item.media, tool)])
        job.items.update(reused=item)
    return job
