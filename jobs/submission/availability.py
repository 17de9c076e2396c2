"""Which plugins jobs can be submitted to."""

from functools import cached_property

from jobs.models import Worker
from plugins_app.models import Plugin


class Availability:
    """The rule, for one request: plugins of other nodes are looked up at most once, only if this
    node can't run a plugin itself."""

    def takes_jobs(self, plugin: Plugin) -> bool:
        """Whether it is switched on, has a valid manifest, and some live node can run it."""
        return plugin.enabled and bool(plugin.manifest) and self._runs(plugin)

    def _runs(self, plugin: Plugin) -> bool:
        return plugin.available or plugin.pk in self._elsewhere

    @cached_property
    def _elsewhere(self) -> set[str]:
        return {name for worker in Worker.objects.alive() for name in worker.plugins}
