"""Absolute URLs for API responses."""

from typing import Any

from django.urls import reverse
from rest_framework import serializers


class LinkedSerializer(serializers.Serializer):
    """A serializer with links; requires ``request`` in its context."""

    def link(self, name: str, *args: Any) -> str:
        """The absolute URL of a named route."""
        url: str = self.context["request"].build_absolute_uri(reverse(name, args=args))
        return url
