"""What happens to an item that could not be completed, depending on what went wrong."""

import logging

from django.conf import settings
from django.db import DatabaseError, InterfaceError

from jobs.engine import lifecycle
from jobs.engine.heartbeat import LostClaim, StopRequested, with_patience
from jobs.engine.sql import Claim
from jobs.models import Reason
from plugins_app.host import HostFailure
from plugins_app.manifests.manifest import UnknownTool
from plugins_app.models import Plugin

PLUGINS_OWN = {
    Reason.PLUGIN_CRASHED,
    Reason.OUT_OF_MEMORY,
    Reason.TIMEOUT,
    Reason.PLUGIN_UNAVAILABLE,
}
"""Failures shown to the operator on the plugin; all others concern a single input."""

log = logging.getLogger(__name__)


def settle(claim: Claim, error: Exception) -> None:
    """Fail the item with a reason, or put it back into the queue, retrying through short outages.

    Never raises: if the database stays unreachable, the item is recovered when its lease expires.
    """
    patience_s = 0 if isinstance(error, StopRequested) else settings.LEASE_S
    try:
        with_patience(lambda: _settle(claim, error), patience_s)
    except (DatabaseError, InterfaceError):
        log.exception("Item %s stays claimed until its lease expires.", claim.item_id)


def _settle(claim: Claim, error: Exception) -> None:
    match error:
        case LostClaim():
            pass
        case StopRequested():
            lifecycle.hand_back(claim)
        case HostFailure():
            _failed(claim, error)
        case UnknownTool():
            lifecycle.fail(claim, Reason.PLUGIN_UNAVAILABLE, str(error))
        case OSError():
            why = f"The server could not read or store files: {error.strerror or error}."
            lifecycle.hand_back(claim, pause_s=settings.STORAGE_PAUSE_S, why=why)
        case _:
            log.error("Item %s hit an internal server error.", claim.item_id, exc_info=error)
            why = f"The worker had an internal error ({type(error).__name__}); see its log."
            lifecycle.try_again(claim, Reason.WORKER_LOST, why)


def _failed(claim: Claim, failure: HostFailure) -> None:
    reason = Reason(failure.reason)
    if reason in PLUGINS_OWN and (plugin := Plugin.objects.filter(pk=claim.plugin_id).first()):
        plugin.record_error(failure.message)
    if failure.retryable:
        lifecycle.try_again(claim, reason, failure.message, log=failure.log)
    else:
        lifecycle.fail(claim, reason, failure.message, log=failure.log)
