"""Real plugin hosts for tests, and a look at which of their processes are alive."""

import contextlib
import os
import signal
from collections.abc import Iterator
from pathlib import Path

from plugins_app.finding import registry
from plugins_app.finding.registry import BrokenPlugin, InstalledPlugin
from plugins_app.host import Call, Progress, linux, proctree

FIXTURES = Path(__file__).parent / "fixtures"


def installed(plugin_id: str) -> InstalledPlugin:
    """A sound plugin of the fixtures (the setting PLUGIN_DIRS names their folder)."""
    return registry.get(plugin_id)


def broken(plugin_id: str) -> BrokenPlugin:
    """A broken plugin of the fixtures."""
    found = [one for one in registry.discover() if one.id == plugin_id]
    assert isinstance(found[0], BrokenPlugin)
    return found[0]


_earlier: set[int] = set()


def ignore_earlier_hosts() -> None:
    """Leave out hosts that tests of other things keep warm in this process, such as the probe."""
    _earlier.clear()
    _earlier.update(host_processes())


def host_processes() -> list[int]:
    """Living processes that hosts of this test process have started, however detached."""
    return [pid for pid in _marked() if pid not in _earlier]


def _marked() -> list[int]:
    mine = f"/{os.getpid()}/"
    return [pid for pid in linux.living() if mine in proctree.marker_of(pid)]


@contextlib.contextmanager
def frozen_hosts() -> Iterator[None]:
    """Warm hosts of this test process answer nothing inside the block, however long one waits."""
    stopped = _marked()
    for pid in stopped:
        os.kill(pid, signal.SIGSTOP)
    assert stopped, "no host is warm"
    yield
    for pid in stopped:
        with contextlib.suppress(ProcessLookupError):  # it was ended at its time limit
            os.kill(pid, signal.SIGCONT)


def call(tool: str, file: Path, workdir: Path, **changes) -> Call:
    """A call with room enough: two minutes, 200 MiB."""
    values = {"params": {}, "prompts": {}, "timeout_s": 120.0, "memory_mb": 200, **changes}
    return Call(tool=tool, input_path=file, workdir=workdir, **values)


def unwatched(_progress: Progress) -> None:
    """A beat that nobody listens to."""
