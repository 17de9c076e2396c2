"""Where the parts of an item's page lead staff: to the admin's own pages and files."""

from django.http import HttpRequest
from django.urls import reverse

from jobs.models import Artifact, JobItem
from jobs.showing.links import Links


def staff_links(request: HttpRequest, item: JobItem) -> Links:
    """Pictures only for those who may see uploads."""
    sees_media = request.user.has_perm("jobs.view_media")
    sees_plugins = request.user.has_perm("plugins_app.view_plugin")
    result = reverse("admin:jobs_jobitem_result", args=[item.pk])
    plugin = "admin:plugins_app_plugin_change" if sees_plugins else "plugin"
    return Links(
        original=reverse("admin:jobs_media_file", args=[item.media_id]) if sees_media else "",
        thumbnail=reverse("admin:jobs_media_thumbnail", args=[item.media_id]) if sees_media else "",
        result=result,
        download=result,
        overlay=reverse("admin:jobs_jobitem_overlay", args=[item.pk]),
        mask=reverse("admin:jobs_jobitem_mask", args=[item.pk]),
        plugin=reverse(plugin, args=[item.plugin_id]),
        artifact=_artifact,
        earlier=reverse("admin:jobs_jobitem_change", args=[item.reused_id])
        if item.reused_id
        else "",
    )


def _artifact(artifact: Artifact) -> str:
    return reverse("admin:jobs_jobitem_artifact", args=[artifact.item_id, artifact.pk])
