"""The API of an image's annotations: boxes and points that tools start from."""

from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import PolymorphicProxySerializer, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from jobs.annotating import rules as annotations
from jobs.annotating.rules import Draft
from jobs.annotating.shapes import AnnotationDraft, AnnotationShape, changed
from jobs.models import Annotation
from jobs.refusal import Refusal
from jobs.web.body import refuse_unknown
from jobs.web.openapi_parts import problems
from jobs.web.own import own_image

ERRORS = problems(400, 404, 413, 415, 422)
ONE_OR_MANY = PolymorphicProxySerializer(
    "AnnotationOrList",
    [AnnotationDraft, AnnotationDraft(many=True)],
    resource_type_field_name=None,
    many=False,
)


class AnnotationViewSet(ViewSet):
    """The boxes and points of one image."""

    lookup_url_kwarg = "annotation_id"
    collection = {"name": "Annotations"}
    member = {"name": "Annotation", "description": "One box or point."}

    @extend_schema(
        operation_id="list_annotations",
        summary="The annotations of an image",
        responses={200: AnnotationShape(many=True), **problems(404)},
    )
    def list(self, request: Request, media_id: UUID) -> Response:
        """All annotations (at most 1000), oldest first."""
        image = own_image(request.user, media_id)
        return Response(AnnotationShape(image.annotations.all(), many=True).data)

    @extend_schema(
        operation_id="add_annotations",
        summary="Put annotations on an image",
        request=ONE_OR_MANY,
        responses={201: AnnotationShape(many=True), **ERRORS},
    )
    def create(self, request: Request, media_id: UUID) -> Response:
        """Send one annotation or a list; either all are added or none."""
        image = own_image(request.user, media_id)
        one = isinstance(request.data, dict)
        drafts = _drafts([request.data] if one else request.data, one)
        with _told_of_one() if one else nullcontext():
            rows = annotations.add(image, drafts)
        shown = AnnotationShape(rows, many=True).data
        return Response(shown[0] if one else shown, status=201)

    @extend_schema(
        operation_id="replace_annotations",
        summary="Replace the annotations of an image",
        request=AnnotationDraft(many=True),
        responses={200: AnnotationShape(many=True), **ERRORS},
    )
    def replace(self, request: Request, media_id: UUID) -> Response:
        """Replace all annotations with these; an empty list removes them all."""
        image = own_image(request.user, media_id)
        drafts = _drafts(request.data, False)
        rows = annotations.replace(image, drafts)
        return Response(AnnotationShape(rows, many=True).data)

    @extend_schema(
        operation_id="change_annotation",
        summary="Move or change an annotation",
        request=AnnotationDraft,
        responses={200: AnnotationShape, **ERRORS},
    )
    def partial_update(self, request: Request, media_id: UUID, annotation_id: UUID) -> Response:
        """Members that are left out keep their values."""
        annotation = _own(request, media_id, annotation_id)
        annotations.change(annotation, changed(annotation, _checked(request.data)))
        return Response(AnnotationShape(annotation).data)

    @extend_schema(
        operation_id="delete_annotation",
        summary="Delete an annotation",
        responses={204: None, **problems(404)},
    )
    def destroy(self, request: Request, media_id: UUID, annotation_id: UUID) -> Response:
        """Results made with the annotation are kept and still show it."""
        _own(request, media_id, annotation_id).delete()
        return Response(status=204)


def _own(request: Request, media_id: UUID, annotation_id: UUID) -> Annotation:
    rows = Annotation.objects.select_related("media__blob")
    image = own_image(request.user, media_id)
    return get_object_or_404(rows, pk=annotation_id, media=image)


def _drafts(data: Any, one: bool) -> list[Draft]:
    if not isinstance(data, list):
        raise Refusal(400, "The body must be a JSON list of annotations.")
    if len(data) > annotations.MAX_PER_IMAGE:
        raise Refusal(422, f"An image takes at most {annotations.MAX_PER_IMAGE} annotations.")
    return [Draft(**_checked(entry, "" if one else f"/{n}")) for n, entry in enumerate(data)]


def _checked(entry: Any, where: str = "") -> dict[str, Any]:
    """The members of one annotation. Raises Refusal, ValidationError."""
    if not isinstance(entry, dict):
        text = "An annotation is a JSON object with bbox or point."
        raise Refusal(400, text, [(where, text)])
    refuse_unknown(entry, AnnotationDraft, where)
    shape = AnnotationDraft(data=entry)
    if not shape.is_valid():
        errors = [(f"{where}/{name}", str(_first(said))) for name, said in shape.errors.items()]
        raise Refusal(400, f"{errors[0][0].lstrip('/')}: {errors[0][1]}", errors)
    checked: dict[str, Any] = shape.validated_data
    return checked


def _first(said: Any) -> Any:
    """The first message in DRF's nested errors."""
    while isinstance(said, dict | list) and said:
        said = next(iter(said.values())) if isinstance(said, dict) else said[0]
    return said


@contextmanager
def _told_of_one() -> Iterator[None]:
    """For a single annotation, drop the list index from the pointers of errors."""
    try:
        yield
    except Refusal as refusal:
        refusal.errors = [(where.removeprefix("/0"), said) for where, said in refusal.errors]
        raise
