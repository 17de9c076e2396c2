"""The two programs of one node, and the place where they listen."""

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
"""How much longer than its children's own grace the parent waits."""


class AddressTaken(Exception):
    """Something else listens where the server should."""


def web_command() -> list[str]:
    """Gunicorn with threads: slow uploads hold a thread, never the server."""
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
    # Completions that a power cut takes are run again; what the web process accepted is not.
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
    """Raise AddressTaken, with what to do next, where the server can't listen."""
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
            f"Something already listens on {where}. Stop it, or choose another port, "
            f"for example PORT={settings.PORT + 1}."
        )
    if error.errno == errno.EACCES:
        return (
            f"Ports below 1024, such as {settings.PORT}, are root's. Choose one above with PORT=."
        )
    return f"The server can't listen on {where}: {error.strerror}. Check BIND= and PORT=."


def base_url() -> str:
    """Where a browser on this machine finds the server."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - what may be listened on
    return f"http://{_in_address(everywhere.get(settings.BIND, settings.BIND))}:{settings.PORT}"


def _in_address(host: str) -> str:
    return f"[{host}]" if ":" in host else host  # IPv6, RFC 3986 section 3.2.2
