"""Debian's headless chromium in front of a real server; every page is watched for errors."""

import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, ConsoleMessage, Page, expect

from tests.server import Server

CHROMIUM = shutil.which("chromium-headless-shell") or shutil.which("chromium")
"""The shell is made for tests; the whole browser starts services of its own after some minutes."""
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
OUTPUT = Path(__file__).resolve().parents[1] / "output"
LIMIT_MS = 120_000
"""What does not show up on a page until then won't."""
expect.set_options(timeout=LIMIT_MS)
VIOLATIONS = """
    window.violations = [];
    document.addEventListener("securitypolicyviolation",
        (event) => violations.push(`${event.violatedDirective} ${event.blockedURI}`));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything here starts a browser and a server."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The browser that is installed on the system, for pytest-playwright to start."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed (Debian: apt install chromium-headless-shell)")
    return browser_type_launch_args | {"executable_path": CHROMIUM, "args": ARGUMENTS}


class Watched:
    """A browser window and what went wrong in it."""

    def __init__(self, context: BrowserContext, server: Server) -> None:
        self.server = server
        self.page: Page = context.new_page()
        self.page.add_init_script(VIOLATIONS)
        self.faults: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.faults.append(f"script: {error}"))

    def _heard(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.faults.append(f"{message.type}: {message.text}")

    def open(self, path: str) -> None:
        """Go to a page of the server."""
        self.page.goto(self.server.url + path)

    def log_in(self, name: str = "ada") -> None:
        """Log in through the login page."""
        self.open("/login")
        self.page.get_by_label("Username").fill(name)
        self.page.get_by_label("Password").fill(self.server.password)
        self.page.get_by_role("button", name="Log in").click()
        self.page.get_by_role("heading", name="Upload").wait_for()

    def keep(self, name: str) -> None:
        """Keep a picture of the whole page under tests/output."""
        OUTPUT.mkdir(exist_ok=True)
        self.page.evaluate("window.scrollTo(0, 0)")
        self.page.screenshot(path=OUTPUT / f"{name}.png", full_page=True)

    def overflows(self) -> bool:
        """Whether the page is wider than its window."""
        wide = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
        return bool(self.page.evaluate(wide))

    def check(self) -> None:
        """Fail for anything that a visitor's console would show."""
        assert self.faults == []
        assert self.page.evaluate("window.violations") == []


@pytest.fixture
def window(new_context: Callable[..., BrowserContext], live_server_processes: Server) -> Watched:
    """A window of 1280 x 800 in a fresh profile, where copying is allowed."""
    context = new_context(viewport={"width": 1280, "height": 800}, locale="en-GB")
    context.set_default_timeout(LIMIT_MS)
    context.grant_permissions(["clipboard-read", "clipboard-write"])
    return Watched(context, live_server_processes)


@pytest.fixture(autouse=True, scope="session")
def _async_unsafe() -> None:
    """Playwright's loop runs in this thread; Django would refuse the database for it."""
    os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")
