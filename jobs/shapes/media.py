"""How the API represents a medium."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.library import listing
from jobs.models import UPLOAD_CHOICES, Media, MediaKind
from jobs.shapes.links import LinkedSerializer


class MediaUrls(serializers.Serializer):
    """Links from a medium."""

    self = serializers.URLField()
    file = serializers.URLField()
    thumbnail = serializers.URLField(allow_null=True)
    annotations = serializers.URLField(allow_null=True, help_text="For images.")
    history = serializers.URLField(allow_null=True, help_text="For images: their results.")


class MediaShape(LinkedSerializer):
    """An upload. Width and height are in pixels of the upright picture."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=UPLOAD_CHOICES)
    filename = serializers.CharField()
    content_type = serializers.CharField(source="blob.content_type")
    size_bytes = serializers.IntegerField(source="blob.size_bytes")
    sha256 = serializers.CharField(source="blob.sha256")
    width = serializers.IntegerField(source="blob.width")
    height = serializers.IntegerField(source="blob.height")
    duration_s = serializers.FloatField(source="blob.duration_s", allow_null=True)
    frame_count = serializers.IntegerField(source="blob.frame_count")
    text_prompt = serializers.CharField(allow_blank=True)
    tags = serializers.SerializerMethodField()
    annotation_count = serializers.SerializerMethodField()
    created_at = serializers.DateTimeField()
    urls = serializers.SerializerMethodField()

    def get_tags(self, medium: Media) -> list[str]:
        """The medium's tags, in alphabetical order."""
        return [tag.name for tag in medium.tags.all()]

    def get_annotation_count(self, medium: Media) -> int:
        """Number of boxes and points."""
        return listing.annotation_count(medium)

    @extend_schema_field(MediaUrls)
    def get_urls(self, medium: Media) -> dict[str, str | None]:
        """Links to the medium, its file, thumbnail, annotations and history."""
        image = medium.kind == MediaKind.IMAGE
        thumbnail = self.link("api-media-thumbnail", medium.pk) if medium.blob.thumbnail else None
        return {
            "self": self.link("api-media", medium.pk),
            "file": self.link("api-media-file", medium.pk),
            "thumbnail": thumbnail,
            "annotations": self.link("api-annotations", medium.pk) if image else None,
            "history": self.link("api-history", medium.pk) if image else None,
        }


class NewMediaShape(MediaShape):
    """An upload that was just accepted."""

    duplicate_of = serializers.SerializerMethodField()

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_duplicate_of(self, medium: Media) -> str | None:
        """The first upload of the same bytes; null if there was none."""
        earlier = listing.duplicate_of(medium)
        return str(earlier.pk) if earlier else None
