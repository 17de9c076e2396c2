"""Tags: words that group an owner's media; a medium may have several."""

from django.conf import settings
from django.db import models

from jobs.ids import new_id
from jobs.models.media import Media
from jobs.models.visible import VisibleQuerySet


class Tag(models.Model):
    """An owner's word for some media. Unused tags are deleted (``jobs.library.tags``)."""

    MAX_LENGTH = 50

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="tags")
    name = models.CharField(max_length=MAX_LENGTH)
    media = models.ManyToManyField(Media, related_name="tags")
    created_at = models.DateTimeField(auto_now_add=True)

    objects = VisibleQuerySet["Tag"].as_manager()

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["owner", "name"], name="one_tag_per_owner_and_name")
        ]

    def __str__(self) -> str:
        return self.name
