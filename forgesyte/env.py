"""Settings from the environment.

Each helper reads one variable, checks it, and records its name, so that a test can compare the
table in ``docs/settings.md`` with what the code really reads.
"""

import os
from collections.abc import Callable
from typing import TypeVar

from django.core.exceptions import ImproperlyConfigured

T = TypeVar("T")

DECLARED: dict[str, str] = {}
"""Every variable that has been read, with its default as text."""


def _read(name: str, default: T, parse: Callable[[str], T], wanted: str) -> T:
    DECLARED[name] = str(default)
    raw = os.environ.get(name, "").strip()
    if not raw:
        return default
    try:
        return parse(raw)
    except ValueError as error:
        message = f"{name}={raw!r} can't be used: {error or wanted}. Set it to {wanted}."
        raise ImproperlyConfigured(message) from error


def env_str(name: str, default: str = "") -> str:
    return _read(name, default, str, "a text")


def env_choice(name: str, default: str, choices: tuple[str, ...]) -> str:
    """One of ``choices``, ignoring case."""

    def parse(raw: str) -> str:
        if raw.lower() not in choices:
            raise ValueError("it is not one of the choices")
        return raw.lower()

    return _read(name, default, parse, f"one of {', '.join(choices)}")


def env_int(name: str, default: int, minimum: int = 0) -> int:
    """An integer that is at least ``minimum``."""

    def parse(raw: str) -> int:
        value = int(raw)
        if value < minimum:
            raise ValueError(f"it is below {minimum}")
        return value

    return _read(name, default, parse, f"a whole number of at least {minimum}")


def env_bool(name: str, default: bool) -> bool:
    """``1/0``, ``true/false``, ``yes/no`` or ``on/off``."""
    words = {"1": True, "true": True, "yes": True, "on": True}
    words |= {"0": False, "false": False, "no": False, "off": False}

    def parse(raw: str) -> bool:
        if raw.lower() not in words:
            raise ValueError("it is neither true nor false")
        return words[raw.lower()]

    return _read(name, default, parse, "true or false")


def env_list(name: str, default: list[str]) -> list[str]:
    """Words separated by commas."""
    return _read(
        name, default, lambda raw: [w.strip() for w in raw.split(",") if w.strip()], "a,b,c"
    )
