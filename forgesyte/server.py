"""The two programs of one node, and the address on which it listens."""

import errno
import os
import socket
import sys
from pathlib import Path

from django.conf import settings

from forgesyte.processes import Child, Family

MANAGE = str(settings.BASE_DIR / "manage.py")
SHARED_MEMORY = Path("/dev/shm")  # noqa: S108 - gunicorn makes its own file in it
STOP_EXTRA_S = 5
"""How many seconds longer than the children's own grace time the parent waits."""


class AddressTaken(Exception):
    """The server can't listen on its address; the message says why."""


def web_command() -> list[str]:
    """The command line of gunicorn, with threads: a slow upload blocks a thread, not the server."""
    heartbeat = SHARED_MEMORY if os.access(SHARED_MEMORY, os.W_OK) else settings.UPLOAD_DIR
    options = {
        "--bind": f"{_in_address(settings.BIND)}:{settings.PORT}",
        "--worker-class": "gthread",
        "--workers": settings.WEB_PROCESSES,
        "--threads": settings.WEB_THREADS,
        "--max-requests": 0,
        "--timeout": 60,
        "--graceful-timeout": settings.STOP_GRACE_S,
        "--worker-tmp-dir": heartbeat,
        "--chdir": settings.BASE_DIR,
        "--log-level": "warning",
    }
    words = [str(word) for option in options.items() for word in option]
    program = [sys.executable, "-m", "gunicorn", "--no-control-socket"]
    return [*program, *words, "forgesyte.wsgi:application"]


def node() -> Family:
    """The web server and the worker of this machine, not yet started."""
    # Completions lost in a power cut are run again; requests that were accepted must not be lost.
    synchronous = os.environ.get("SQLITE_SYNCHRONOUS") or "NORMAL"
    return Family(
        [
            Child("web server", web_command()),
            Child(
                "worker", [sys.executable, MANAGE, "worker"], {"SQLITE_SYNCHRONOUS": synchronous}
            ),
        ],
        grace_s=settings.STOP_GRACE_S + STOP_EXTRA_S,
    )


def require_free_address() -> None:
    """Raises AddressTaken, with what to do next, if the server can't listen."""
    family = socket.AF_INET6 if ":" in settings.BIND else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.BIND, settings.PORT))
        except OSError as error:
            raise AddressTaken(_why_not(error)) from error


def _why_not(error: OSError) -> str:
    where = f"{settings.BIND}:{settings.PORT}"
    if error.errno == errno.EADDRINUSE:
        return (
            f"Another program already listens on {where}. Stop it, or choose another port, "
            f"for example PORT={settings.PORT + 1}."
        )
    if error.errno == errno.EACCES:
        return f"Only root may use ports below 1024, such as {settings.PORT}. Set a higher PORT=."
    return f"The server can't listen on {where}: {error.strerror}. Check BIND= and PORT=."


def base_url() -> str:
    """The server's URL for a browser on this machine."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - BIND may be these
    return f"http://{_in_address(everywhere.get(settings.BIND, settings.BIND))}:{settings.PORT}"


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host  # IPv6, RFC 3986 section 3.2.2
