"""Absolute addresses for answers."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers


class LinkedSerializer(serializers.Serializer):
    """A shape with links; it needs the request in its context."""

    def link(self, name: str, *args: Any) -> str:
        """The absolute address of a route."""
        url: str = self.context["request"].build_absolute_uri(reverse(name, args=args))
        return url
