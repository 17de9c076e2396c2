"""The plugin host: runs plugin code in a child process, watched by a supervisor.

The names below are loaded on first use, because the child imports this package too and must
start quickly and without Django.
"""

import importlib
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from plugins_app.host.calls import Call, HostArtifact, HostFailure, HostResult, Progress
    from plugins_app.host.pool import HostPool
    from plugins_app.host.supervisor import PluginHost

_HOMES = {
    "Call": "calls",
    "HostArtifact": "calls",
    "HostFailure": "calls",
    "HostResult": "calls",
    "Progress": "calls",
    "HostPool": "pool",
    "PluginHost": "supervisor",
}
__all__ = [
    "Call",
    "HostArtifact",
    "HostFailure",
    "HostPool",
    "HostResult",
    "PluginHost",
    "Progress",
]


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
