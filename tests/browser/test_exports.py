"""From a result to a file on one's own disk, in a real browser."""

import json

import pytest
from playwright.sync_api import expect

from tests.browser import drawn
from tests.browser.conftest import Watched


def read_a_picture(window):
    """A finished job with a text."""
    window.open("/?tool=echo/read")
    window.page.get_by_label("Drop images or videos here, or choose them").set_input_files(
        {"name": "письмо.png", "mimeType": "image/png", "buffer": drawn.png(drawn.page())}
    )
    window.page.get_by_role("button", name="Run").click()
    window.page.get_by_role("link", name="Export", exact=True).wait_for()


def test_a_result_is_exported_and_downloaded(window, tmp_path):
    window.log_in()
    read_a_picture(window)
    window.page.get_by_role("link", name="Export", exact=True).click()
    expect(window.page.get_by_role("heading", name="Export 1 result")).to_be_visible()
    expect(window.page.locator("[value='coco']")).to_have_count(0)
    window.page.locator("[value='jsonl']").check()
    window.page.get_by_role("button", name="Export").click()
    download = window.page.get_by_role("link", name="Download")
    download.wait_for()  # the page tells by itself when it is made
    with window.page.expect_download() as waiting:
        download.click()
    assert waiting.value.suggested_filename == "письмо-jsonl.jsonl"
    waiting.value.save_as(tmp_path / "a.jsonl")
    assert json.loads((tmp_path / "a.jsonl").read_text())["filename"] == "письмо.png"
    window.check()


@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_the_pages_of_exports_fit_their_window(new_context, live_server_processes, scheme, width):
    context = new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    window = Watched(context, live_server_processes)
    window.log_in()
    read_a_picture(window)
    window.page.get_by_role("link", name="Export", exact=True).click()
    window.page.get_by_role("button", name="Export").wait_for()
    window.keep(f"export-new-{scheme}-{width}")
    assert not window.overflows()
    window.page.get_by_role("button", name="Export").click()
    window.page.get_by_role("link", name="Download").wait_for()
    window.keep(f"export-{scheme}-{width}")
    assert not window.overflows()
    window.open("/exports")
    window.page.get_by_role("heading", name="Exports").wait_for()
    window.keep(f"exports-{scheme}-{width}")
    assert not window.overflows()
    window.check()
