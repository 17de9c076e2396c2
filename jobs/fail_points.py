"""Named places in the code where tests make things go wrong.

Without ``FORGESYTE_FAIL_POINTS`` in the environment, a fail point is just an ``if``. The variable
names a folder. A file in it that is named after a point says what happens there next, once:
``kill`` (SIGKILL to this process), ``disk_full``, ``read_only``, or ``hold`` (wait there until a
file NAME.go exists).
"""

import errno
import os
import signal
import time
from pathlib import Path

FOLDER = os.environ.get("FORGESYTE_FAIL_POINTS")


def fail_point(name: str) -> None:
    """Do what a test has set up for this point, if anything. May raise OSError."""
    if FOLDER is not None:
        _act(Path(FOLDER) / name)


def _act(path: Path) -> None:
    try:
        action = path.read_text().strip()
        path.unlink()  # only the process that removes it acts
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
