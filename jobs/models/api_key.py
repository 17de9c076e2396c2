"""API keys: only their SHA-256 is stored."""

import hashlib
import secrets
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from jobs.ids import new_id

SCOPES = ("read", "submit")
PREFIX = "fs_"


def digest(key: str) -> str:
    """SHA-256 of a key, hexadecimal. The key is random and long, so no salt is needed."""
    return hashlib.sha256(key.encode()).hexdigest()


class ApiKeyManager(models.Manager["ApiKey"]):
    """Issues keys and looks them up."""

    def issue(self, owner: Any, name: str, scopes: list[str] | None = None) -> tuple[str, "ApiKey"]:
        """Create a key. Its text is returned here only and can't be read again.

        Raises ValueError for a scope that does not exist.
        """
        wanted = list(scopes or SCOPES)
        if unknown := sorted(set(wanted) - set(SCOPES)):
            raise ValueError(f"Unknown scope {unknown[0]!r}; choose from: {', '.join(SCOPES)}.")
        key = PREFIX + secrets.token_urlsafe(32)
        row = self.create(
            owner=owner, name=name, scopes=wanted, digest=digest(key), hint=key[: len(PREFIX) + 4]
        )
        return key, row

    def find(self, key: str) -> "ApiKey | None":
        """The valid key with this text, with its owner, or None."""
        now = timezone.now()
        return (
            self.select_related("owner")
            .filter(digest=digest(key), revoked_at=None, owner__is_active=True)
            .filter(Q(expires_at=None) | Q(expires_at__gt=now))
            .first()
        )


class ApiKey(models.Model):
    """A user's named key, with scopes, expiry and last use."""

    id = models.UUIDField(primary_key=True, default=new_id, editable=False)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="api_keys")
    name = models.CharField(max_length=100)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    hint = models.CharField(max_length=12, editable=False, help_text="How the key begins.")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    objects = ApiKeyManager()

    class Meta:
        verbose_name = "API key"
        ordering = ["-created_at"]

    def __str__(self) -> str:
        return f"{self.name} ({self.hint}...)"
