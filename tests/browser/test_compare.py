"""Importing boxes, cutting them out twice and comparing the results, in a real browser."""

import uuid

import httpx
import pytest
from playwright.sync_api import expect

from tests.browser import drawn
from tests.browser.conftest import Watched
from tests.browser.test_library import PAINTED

SIZE = (800, 520)
WAIT = {"Prefer": "wait=10"}


@pytest.fixture(scope="module")
def api(live_server_processes):
    """Ada's client of the API."""
    key = {"X-API-Key": live_server_processes.api_key}
    with httpx.Client(base_url=live_server_processes.url, headers=key, timeout=120) as client:
        yield client


def cut_out(api, image, bboxes):
    """The finished job of the marker over these boxes."""
    url = f"/v1/images/{image}/annotations"
    assert api.put(url, json=[{"bbox": bbox, "label": "sign"} for bbox in bboxes]).is_success
    wanted = {"plugin_id": "marker", "tool": "inside_box", "media_ids": [image]}
    answer = api.post("/v1/jobs", json=wanted, headers=WAIT)
    while answer.is_success and answer.json()["status"] not in ("completed", "failed"):
        answer = api.get(f"/v1/jobs/{answer.json()['job_id']}", headers=WAIT)
    assert answer.json()["status"] == "completed", answer.text
    return answer.json()["job_id"]


@pytest.fixture(scope="module")
def compared(api):
    """An image with two results, and the second job."""
    name = f"signs {uuid.uuid4().hex[:6]}.png"
    file = {"file": (name, drawn.png(drawn.page(["STOP", "GO"], SIZE)), "image/png")}
    image = api.post("/v1/images", files=file).json()["id"]
    cut_out(api, image, [[30, 40, 240, 60], [400, 40, 240, 60], [30, 300, 240, 60]])
    job = cut_out(api, image, [[30, 40, 240, 60], [430, 45, 240, 60], [400, 300, 240, 60]])
    return image, job, name


def test_two_results_of_a_history_are_compared(window, compared):
    image, _job, _name = compared
    window.log_in()
    window.open(f"/library/{image}")
    for box in window.page.get_by_label("Compare Inside boxes").all():
        box.check()
    window.page.get_by_role("button", name="Compare two results").click()
    expect(window.page.get_by_role("heading", name="What differs")).to_be_visible()
    for word in ("Same 1", "Moved 1", "Gone 1", "New 1"):
        expect(window.page.get_by_label("What the signs say")).to_contain_text(word)
    masks = window.page.locator(".side canvas.mask-layer")
    expect(masks).to_have_count(2)
    assert all(mask.evaluate(PAINTED) > 100 for mask in masks.all())
    expect(window.page.locator(".side .compared.is-moved")).to_have_count(2)
    window.check()


def test_a_job_is_compared_with_an_earlier_one(window, compared):
    _image, job, name = compared
    window.log_in()
    window.open(f"/jobs/{job}")
    window.page.get_by_role("link", name="Compare with").click()
    window.page.get_by_role("link", name="Compare with Inside boxes").click()
    row = window.page.get_by_role("row").filter(has_text=name)
    expect(row).to_contain_text("Moved 1")
    row.get_by_role("link", name=f"Open {name}").click()
    expect(window.page.get_by_role("heading", name="What differs")).to_be_visible()
    window.check()


def test_the_overlay_is_one_click_away(window, compared):
    _image, job, _name = compared
    window.log_in()
    window.open(f"/jobs/{job}")
    window.page.get_by_role("link", name="Overlay").click()
    picture = window.page.locator("img")
    expect(picture).to_have_js_property("naturalWidth", SIZE[0])


def test_boxes_are_imported_with_a_report(window, compared):
    _image, _job, name = compared
    window.log_in()
    window.open("/library")
    window.page.get_by_text("Import boxes").click()
    files = [
        {"name": f"{stem}.txt", "mimeType": "text/plain", "buffer": b"0 0.5 0.5 0.1 0.1"}
        for stem in (name.removesuffix(".png"), "nobody")
    ]
    window.page.get_by_label("COCO or YOLO files").set_input_files(files)
    window.page.get_by_role("button", name="Import", exact=True).click()
    expect(window.page.get_by_role("heading", name="1 box imported")).to_be_visible()
    expect(window.page.get_by_role("row").filter(has_text="nobody")).to_contain_text("no image")
    window.keep("imported")
    window.check()


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_pages_fit_and_have_both_themes(
    new_context, live_server_processes, api, compared, scheme, width
):
    image, job, _name = compared
    context = new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    window = Watched(context, live_server_processes)
    window.log_in()
    items = [row["id"] for row in api.get(f"/v1/images/{image}/history").json()["results"]]
    other = api.get(f"/v1/results/{items[1]}").json()["job_id"]
    pages = {
        "history": f"/library/{image}",
        "results": f"/compare/results?a={items[1]}&b={items[0]}",
        "choose": f"/jobs/{job}/compare",
        "jobs": f"/jobs/{job}/compare?with={other}",
        "library": "/library",
    }
    for name, path in pages.items():
        window.open(path)
        if name == "library":
            window.page.locator("#import").evaluate("details => { details.open = true }")
        window.page.wait_for_load_state("networkidle")
        window.keep(f"compare-{name}-{scheme}-{width}")
        assert not window.overflows(), name
    window.check()
