"""The API for importing boxes from other programs' files as annotations."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from jobs.annotating.import_apply import STATUSES, import_boxes
from jobs.models import Tag
from jobs.models.annotation import Role
from jobs.web.body import refuse_unknown
from jobs.web.openapi_parts import UPLOAD_ERRORS, problems
from jobs.web.uploads import files_of


class ImportRequest(serializers.Serializer):
    """Files with boxes, and the role and images to import them for."""

    file = serializers.FileField(
        allow_empty_file=True,  # YOLO has empty files for images without objects
        help_text="COCO's JSON, YOLO's text files (with classes.txt or data.yaml), or a zip "
        "archive of them; repeat the field to send several. At most 20 MB of text.",
    )
    role = serializers.ChoiceField(choices=Role.choices, required=False)
    tag = serializers.CharField(
        max_length=Tag.MAX_LENGTH,
        required=False,
        allow_blank=True,
        help_text="Only images with this tag.",
    )


class ImportedFile(serializers.Serializer):
    """The outcome for the boxes of one image."""

    file = serializers.CharField()
    image = serializers.CharField(help_text="The image's name as the file gives it.")
    media_id = serializers.UUIDField(allow_null=True)
    status = serializers.ChoiceField(choices=list(STATUSES))
    added = serializers.IntegerField()
    already = serializers.IntegerField(help_text="Boxes that already existed.")
    errors = serializers.ListField(  # type: ignore[assignment]  # a field
        child=serializers.CharField(),
        help_text="Why it was not imported, or which of its boxes were left out.",
    )


class ImportReport(serializers.Serializer):
    """What was imported and what was not."""

    role = serializers.ChoiceField(choices=Role.choices)
    images = serializers.IntegerField(help_text="Images whose boxes were imported.")
    added = serializers.IntegerField(help_text="New annotations.")
    already = serializers.IntegerField(help_text="Boxes that already existed.")
    not_taken = serializers.IntegerField(help_text="Images whose boxes were not imported.")
    files = ImportedFile(
        many=True, help_text="At most 1000; those that were not imported come first."
    )
    files_left_out = serializers.IntegerField()
    ignored = serializers.ListField(child=serializers.CharField(), help_text="Files without boxes.")


class ImportAnnotations(ViewSet):
    """Boxes from COCO and YOLO files."""

    collection = {"name": "Import of boxes"}
    parser_classes = [MultiPartParser]
    serializer_class = ImportRequest

    @extend_schema(
        operation_id="import_annotations",
        summary="Import boxes from COCO or YOLO files",
        request={"multipart/form-data": ImportRequest},
        responses={200: ImportReport, **problems(*sorted({*UPLOAD_ERRORS} - {404, 409}))},
    )
    def create(self, request: Request) -> Response:
        """Images are found by file name. For each image either all boxes are imported or none,
        except that boxes without width or height are left out, and boxes that already exist (same
        place, label and role) are not added again. If a file can't be read at all, the request
        fails and nothing is imported."""
        form: Any = request.data
        refuse_unknown((name for name in form if name not in request.FILES), ImportRequest)
        files = files_of(request)
        wanted = ImportRequest(data=form)
        wanted.is_valid(raise_exception=True)
        chosen = wanted.validated_data
        report = import_boxes(
            request.user, files, chosen.get("role", Role.SEGMENT), chosen.get("tag", "")
        )
        return Response(ImportReport(report).data)
