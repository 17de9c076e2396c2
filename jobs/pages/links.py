"""Where the parts of an item's page lead its owner."""

from django.urls import reverse

from jobs.models import Artifact, JobItem
from jobs.showing.links import Links


def owner_links(item: JobItem) -> Links:
    """Needs the item's medium."""
    again = f"{reverse('upload')}?tool={item.plugin_id}/{item.tool}"
    earlier = item.reused
    return Links(
        original=reverse("api-media-file", args=[item.media_id]),
        thumbnail=reverse("api-media-thumbnail", args=[item.media_id]),
        result=reverse("api-item-result", args=[item.pk]),
        download=reverse("item-result", args=[item.job_id, item.pk]),
        overlay=reverse("api-overlay", args=[item.pk]),
        mask=reverse("api-mask", args=[item.pk]),
        plugin=reverse("plugin", args=[item.plugin_id]),
        artifact=_artifact,
        text=reverse("item-text", args=[item.job_id, item.pk]),
        earlier=reverse("item", args=[earlier.job_id, earlier.pk]) if earlier else "",
        again=again,
        annotate=reverse("library-annotate", args=[item.media_id]),
        track_video_form=True,
    )


def _artifact(artifact: Artifact) -> str:
    return reverse("api-artifact", args=[artifact.item_id, artifact.name])
