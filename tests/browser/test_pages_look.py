"""Every page in light and dark, wide and narrow: no errors, nothing wider than the window."""

import pytest
from playwright.sync_api import expect

from tests.browser import drawn
from tests.browser.conftest import Watched

PAGES = {
    "upload": "/",
    "jobs": "/jobs",
    "exports": "/exports",
    "plugins": "/plugins",
    "plugin": "/plugins/ocr",
    "password": "/password",
    "nowhere": "/jobs/00000000-0000-7000-8000-000000000000",
}
MISSING = "error: Failed to load resource: the server responded with a status of 404 (Not Found)"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_fits_its_window_and_breaks_no_rule(
    new_context, live_server_processes, scheme, width
):
    context = new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    window = Watched(context, live_server_processes)
    window.open("/login")
    window.keep(f"login-{scheme}-{width}")
    window.log_in()
    for name, path in PAGES.items():
        window.open(path)
        window.page.get_by_role("heading", level=1).wait_for()
        window.keep(f"{name}-{scheme}-{width}")
        assert not window.overflows(), name
    assert window.page.evaluate("window.violations") == []
    assert window.faults == [MISSING]


def test_the_form_works_without_script(new_context, live_server_processes):
    server = live_server_processes
    page = new_context(java_script_enabled=False).new_page()
    page.goto(server.url + "/login")
    page.get_by_label("Username").fill("ben")
    page.get_by_label("Password").fill(server.password)
    page.get_by_role("button", name="Log in").click()
    page.locator("[value='echo/read']").check()
    word = page.get_by_role("textbox", name="Word")
    expect(word).to_have_count(1)
    word.fill("no script")
    page.get_by_label("Drop images or videos here, or choose them").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": drawn.png(drawn.page())}
    )
    page.get_by_role("button", name="Run").click()
    expect(page.get_by_role("heading", name="a.png")).to_be_visible()
    for _ in range(100):
        if page.locator("#live .job-state .status").inner_text() == "Completed":
            break
        page.wait_for_timeout(200)
        page.reload()
    expect(page.locator("#result-text")).to_have_text("no script")


def test_the_keyboard_reaches_content_menu_and_tools(window):
    window.log_in()
    page = window.page
    window.open("/")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to the content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()
    page.locator(".menu summary").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Log out")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Log out")).not_to_be_visible()
    page.locator("[value='echo/read']").focus()
    page.keyboard.press("Space")
    expect(page.get_by_role("textbox", name="Word")).to_have_count(1)
    window.check()


def test_a_page_that_loses_the_server_says_so_and_recovers(window):
    window.log_in()
    page = window.page
    page.locator("[value='slow/wait']").check()
    page.get_by_role("spinbutton", name="Seconds").fill("40")
    page.get_by_label("Drop images or videos here, or choose them").set_input_files(
        {"name": "a.png", "mimeType": "image/png", "buffer": drawn.png(drawn.page())}
    )
    page.get_by_role("button", name="Run").click()
    page.wait_for_url("**/jobs/*")
    notice = page.get_by_text("The server does not answer.")
    expect(notice).not_to_be_visible()
    page.context.set_offline(True)
    expect(notice).to_be_visible()
    page.context.set_offline(False)
    expect(notice).not_to_be_visible()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#live .job-state .status")).to_have_text("Canceled")
