"""Named places in the code where tests let things go wrong.

Without ``FORGESYTE_FAIL_POINTS`` in the environment a fail point is an ``if`` and nothing more.
With it, the variable names a folder: a file in it with the name of a point says what happens at
the next pass, once: ``kill`` (SIGKILL to this process), ``disk_full``, ``read_only`` or ``hold``:
wait there until a file NAME.go exists.
"""

import errno
import os
import signal
import time
from pathlib import Path

_FOLDER = os.environ.get("FORGESYTE_FAIL_POINTS")


def fail_point(name: str) -> None:
    """Do what the tests put there for this point, if anything."""
    if _FOLDER is not None:
        _act(Path(_FOLDER) / name)


def _act(path: Path) -> None:
    try:
        action = path.read_text().strip()
        path.unlink()  # who removes it is the one to act
    except FileNotFoundError:
        return
    match action:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "disk_full":
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        case "read_only":
            raise OSError(errno.EROFS, os.strerror(errno.EROFS))
        case "hold":
            while not path.with_name(f"{path.name}.go").exists():
                time.sleep(0.02)
