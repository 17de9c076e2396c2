"""Whether the server is alive (/healthz) and whether it can do its work (/readyz)."""

import logging
from collections.abc import Callable

from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from jobs import storage
from jobs.ids import random_name
from jobs.models import Worker

log = logging.getLogger(__name__)


class NotReady(Exception):
    """A part is not ready; the message says what to do."""


@require_safe
@never_cache
def healthz(_request: HttpRequest) -> JsonResponse:
    """Liveness: the process responds. Depends on nothing else."""
    return JsonResponse({"status": "ok"})


@require_safe
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Readiness: 200, or 503 if a check fails; the body has the state of each check."""
    checks = {name: _why_not(name, check) for name, check in CHECKS.items()}
    ready = not any(checks.values())
    body = {
        "status": "ready" if ready else "not ready",
        "checks": {name: why or "ok" for name, why in checks.items()},
    }
    return JsonResponse(body, status=200 if ready else 503)


def _why_not(name: str, check: Callable[[], None]) -> str:
    try:
        check()
    except NotReady as reason:
        return str(reason)
    except Exception:  # any error means not ready
        log.exception("The readiness check %r failed", name)
        return "It can't be used; see the server's log."
    return ""


def _database() -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def require_migrations() -> None:
    """Raises NotReady if migrations have not been applied."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise NotReady("Migrations are missing. Run manage.py migrate.")


def _storage() -> None:
    probe = storage.save_bytes(f"health/{random_name()}", b"ready?")
    storage.delete([probe.name])


def _worker() -> None:
    if not Worker.objects.alive().exists():
        raise NotReady("No worker is alive. Start one with make worker.")


CHECKS: dict[str, Callable[[], None]] = {
    "database": _database,
    "migrations": require_migrations,
    "storage": _storage,
    "worker": _worker,
}
