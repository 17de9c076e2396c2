"""Who is asking: an API key in ``X-API-Key``, or a session. And what the key may do."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.permissions import SAFE_METHODS, BasePermission
from rest_framework.request import Request

from jobs.models import ApiKey

HEADER = "X-API-Key"
USE_IS_NOTED_EVERY = timedelta(minutes=1)


class ApiKeyAuthentication(BaseAuthentication):
    """``X-API-Key: fs_...``. Without the header, the next way of authenticating is tried."""

    def authenticate(self, request: Request) -> tuple[Any, ApiKey] | None:
        given = request.headers.get(HEADER)
        if given is None:
            return None
        key = ApiKey.objects.find(given.strip())
        if key is None:
            raise AuthenticationFailed(
                "The API key is not valid: it is unknown, expired or revoked. "
                "Make another with `manage.py create_api_key USER NAME`."
            )
        _note_use(key)
        return key.owner, key

    def authenticate_header(self, request: Request) -> str:
        """Makes DRF answer 401 instead of 403; no browser opens a password window for it."""
        return f'ApiKey realm="ForgeSyte", header="{HEADER}"'


class HasScope(BasePermission):
    """Reading needs the scope ``read``, everything else ``submit``. Sessions may do both."""

    def has_permission(self, request: Request, view: Any) -> bool:
        if not request.user.is_authenticated:
            return False
        if not isinstance(request.auth, ApiKey):
            return True
        scope = "read" if request.method in SAFE_METHODS else "submit"
        if scope not in request.auth.scopes:
            raise PermissionDenied(f"This needs an API key with the scope {scope!r}.")
        return True


def _note_use(key: ApiKey) -> None:
    """Record when the key was last used, though not on every request."""
    now = timezone.now()
    due = Q(last_used_at=None) | Q(last_used_at__lt=now - USE_IS_NOTED_EVERY)
    if key.last_used_at is None or key.last_used_at < now - USE_IS_NOTED_EVERY:
        ApiKey.objects.filter(due, pk=key.pk).update(last_used_at=now)
