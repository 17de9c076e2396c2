"""Uploads: their bytes, stored once per owner (Blob), and each upload of them (Media)."""

from django.conf import settings
from django.db import models

from jobs.ids import new_id
from jobs.models.visible import VisibleQuerySet


class MediaKind(models.TextChoices):
    """What tools accept: images and videos that users upload, and lists that the server writes."""

    IMAGE = "image", "Image"
    VIDEO = "video", "Video"
    SELECTION = "selection", "Selection"
    """A list of results to export; users see the export, never the list."""


UPLOAD_KINDS = (MediaKind.IMAGE, MediaKind.VIDEO)
UPLOAD_CHOICES = [(str(kind), kind.label) for kind in UPLOAD_KINDS]


class MediaQuerySet(VisibleQuerySet["Media"]):
    """Media, visible to their owner."""

    def uploads(self) -> "MediaQuerySet":
        """Media that users uploaded, without lists written by the server."""
        return self.filter(blob__kind__in=UPLOAD_KINDS)


class Blob(models.Model):
    """The bytes of an upload, stored once per owner, with what the probe found in them.

    ``width`` and ``height`` are in pixels of the upright picture (EXIF orientation applied).
    """

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    sha256 = models.CharField(max_length=64)
    kind = models.CharField(max_length=12, choices=MediaKind)
    content_type = models.CharField(max_length=64)
    size_bytes = models.PositiveBigIntegerField()
    file = models.FileField(max_length=255, db_index=True)
    thumbnail = models.FileField(max_length=255, blank=True, db_index=True)
    width = models.PositiveIntegerField()
    height = models.PositiveIntegerField()
    frame_count = models.PositiveIntegerField(default=1)
    duration_s = models.FloatField(null=True, blank=True)
    probe = models.JSONField(default=dict, blank=True, help_text="What else the probe found.")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["owner", "sha256"], name="one_blob_per_owner_and_bytes")
        ]

    def __str__(self) -> str:
        return f"{self.content_type} {self.sha256[:12]}"


class Media(models.Model):
    """One upload: a Blob with a file name, and later annotations and a text prompt."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="media")
    blob = models.ForeignKey(Blob, models.PROTECT, related_name="media")
    filename = models.CharField(max_length=255)
    text_prompt = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MediaQuerySet.as_manager()

    class Meta:
        verbose_name_plural = "media"
        ordering = ["-id"]
        indexes = [models.Index(fields=["owner", "-id"], name="media_of_owner")]

    def __str__(self) -> str:
        return self.filename

    @property
    def kind(self) -> str:
        """``image``, ``video`` or ``selection``."""
        return self.blob.kind
