"""Points and the skeleton between them, over the picture and in the list, in a real browser."""

import uuid

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser import drawn

SIZE = (800, 520)
WAIT = {"Prefer": "wait=10"}


@pytest.fixture(scope="module")
def figure(live_server_processes):
    """The image and the finished job of a stick figure."""
    key = {"X-API-Key": live_server_processes.api_key}
    with httpx.Client(base_url=live_server_processes.url, headers=key, timeout=120) as api:
        name = f"yard {uuid.uuid4().hex[:6]}.png"
        file = {"file": (name, drawn.png(drawn.page(["YARD"], SIZE)), "image/png")}
        image = api.post("/v1/images", files=file).json()["id"]
        wanted = {"plugin_id": "joints", "tool": "stick_figure", "media_ids": [image]}
        answer = api.post("/v1/jobs", json=wanted, headers=WAIT)
        while answer.is_success and answer.json()["status"] not in ("completed", "failed"):
            answer = api.get(f"/v1/jobs/{answer.json()['job_id']}", headers=WAIT)
        assert answer.json()["status"] == "completed", answer.text
        return image, answer.json()["job_id"]


def test_a_result_is_drawn_and_its_row_and_its_figure_light_up_together(window, figure):
    _image, job = figure
    window.log_in()
    window.open(f"/jobs/{job}")
    dots, bones = window.page.locator(".joints circle"), window.page.locator(".joints line")
    expect(dots).to_have_count(6)
    expect(bones).to_have_count(5)
    row = window.page.locator("tr[data-row]")
    expect(row).to_contain_text("person")
    expect(row).to_contain_text("6")
    dots.first.hover()
    expect(row).to_have_class("is-active")
    window.keep("keypoints")
    window.page.get_by_label("Points").uncheck()
    expect(dots.first).not_to_be_visible()


def test_the_history_draws_them_too(window, figure):
    image, _job = figure
    window.log_in()
    window.open(f"/library/{image}")
    window.page.locator("a.layers").first.scroll_into_view_if_needed()
    expect(window.page.locator(".version .joints circle")).to_have_count(6)
    expect(window.page.locator(".version .joints line")).to_have_count(5)
    expect(window.page.locator("[data-found]").first).to_have_text("1 object: person 1")
    window.keep("keypoints-history")
