"""Reads the members of a request and refuses those that it would ignore."""

from collections.abc import Iterable
from typing import Any

from rest_framework import serializers
from rest_framework.request import Request

from jobs.refusal import Refusal
from plugins_app.manifests.explain import did_you_mean

NOT_OURS = ("csrfmiddlewaretoken",)
"""Form fields that are no part of the request: browsers' forms carry them."""


def read_json(request: Request, shape: type[serializers.Serializer]) -> dict[str, Any]:
    """The checked members of a JSON request."""
    if not isinstance(request.data, dict):
        raise Refusal(400, "The body must be a JSON object.")
    refuse_unknown(request.data, shape)
    return checked(shape(data=request.data))


def checked(serializer: serializers.Serializer) -> dict[str, Any]:
    serializer.is_valid(raise_exception=True)
    data: dict[str, Any] = serializer.validated_data
    return data


def refuse_unknown(
    names: Iterable[str], serializer: type[serializers.Serializer], where: str = ""
) -> None:
    """Refuse members that would be ignored, because the client meant something by them."""
    known = list(serializer().fields)
    unknown = [name for name in names if name not in known and name not in NOT_OURS]
    if unknown:
        errors = [
            (f"{where}/{name[:100]}", f"There is no such member.{did_you_mean(name[:100], known)}")
            for name in unknown
        ]
        known_names = ", ".join(known)
        raise Refusal(
            422, f"{unknown[0][:100]!r} is not a member here. There are: {known_names}.", errors
        )
