"""The shape of a medium."""

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from jobs.api.shapes.links import LinkedSerializer
from jobs.models import Media, MediaKind


class MediaUrls(serializers.Serializer):
    """Where to go from a medium."""

    self = serializers.URLField()
    file = serializers.URLField()
    thumbnail = serializers.URLField(allow_null=True)


class MediaShape(LinkedSerializer):
    """An upload. Width and height are pixels of the upright picture."""

    id = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=MediaKind.choices)
    filename = serializers.CharField()
    content_type = serializers.CharField(source="blob.content_type")
    size_bytes = serializers.IntegerField(source="blob.size_bytes")
    sha256 = serializers.CharField(source="blob.sha256")
    width = serializers.IntegerField(source="blob.width")
    height = serializers.IntegerField(source="blob.height")
    duration_s = serializers.FloatField(source="blob.duration_s", allow_null=True)
    frame_count = serializers.IntegerField(source="blob.frame_count")
    text_prompt = serializers.CharField(allow_blank=True)
    created_at = serializers.DateTimeField()
    urls = serializers.SerializerMethodField()

    @extend_schema_field(MediaUrls)
    def get_urls(self, medium: Media) -> dict[str, str | None]:
        """Links."""
        thumbnail = self.link("api-media-thumbnail", medium.pk) if medium.blob.thumbnail else None
        return {
            "self": self.link("api-media", medium.pk),
            "file": self.link("api-media-file", medium.pk),
            "thumbnail": thumbnail,
        }
