"""Keeps some hosts warm: one for each plugin in use; the least recently used is closed first."""

import os
import time
from collections import OrderedDict
from typing import TYPE_CHECKING

from plugins_app.host.supervisor import PluginHost

if TYPE_CHECKING:
    from plugins_app.finding.registry import InstalledPlugin


class HostPool:
    """At most ``limit`` warm hosts, each closed after ``idle_s`` seconds without work.

    Like the hosts themselves, it is for one caller at a time. After a fork, the child's copy starts
    empty; the hosts still belong to the parent.
    """

    def __init__(self, limit: int, idle_s: float) -> None:
        self._limit = limit
        self._idle_s = idle_s
        self._hosts: OrderedDict[tuple[str, str], PluginHost] = OrderedDict()
        self._owner = os.getpid()

    def host(self, plugin: "InstalledPlugin") -> PluginHost:
        """The host for this plugin's current code. A host with older code is closed."""
        self._settle()
        key = (plugin.id, plugin.code_digest)
        if key not in self._hosts:
            for old in [one for one in self._hosts if one[0] == plugin.id]:
                self._hosts.pop(old).close()
            while len(self._hosts) >= self._limit:
                self._hosts.popitem(last=False)[1].close()
            self._hosts[key] = PluginHost(plugin)
        self._hosts.move_to_end(key)
        return self._hosts[key]

    def close_idle(self) -> None:
        """Close the hosts that have been idle for ``idle_s`` seconds."""
        self._settle()
        now = time.monotonic()
        for key, host in list(self._hosts.items()):
            if now - host.idle_since >= self._idle_s:
                self._hosts.pop(key).close()

    def close(self) -> None:
        """Close all hosts."""
        self._settle()
        while self._hosts:
            self._hosts.popitem()[1].close()

    def _settle(self) -> None:
        if self._owner != os.getpid():
            self._owner = os.getpid()
            for host in self._hosts.values():
                host.kill()  # in a forked process this only closes the descriptors
            self._hosts.clear()
