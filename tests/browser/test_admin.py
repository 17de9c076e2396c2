"""The admin in a real browser: light and dark, wide and narrow, and under the page policy."""

import io

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.browser import drawn
from tests.browser.conftest import Watched

LISTS = (
    "auth/user",
    "django_q/schedule",
    "jobs/apikey",
    "jobs/blob",
    "jobs/job",
    "jobs/jobitem",
    "jobs/media",
    "jobs/worker",
    "plugins_app/plugin",
)


def log_in(window):
    window.open("/admin/")
    window.page.get_by_label("Username").fill("root")
    window.page.get_by_label("Password").fill(window.server.password)
    window.page.get_by_role("button", name="Log in").click()
    expect(window.page.get_by_role("heading", name="Review")).to_be_visible()
    window.faults.clear()  # the login page has no icon


@pytest.fixture(scope="session")
def read_job(live_server_processes, playwright):
    """The address of a finished job: a picture that its camera stored on its side was read."""
    request = playwright.request.new_context(
        base_url=live_server_processes.url,
        extra_http_headers={"X-API-Key": live_server_processes.api_key},
    )
    picture = {
        "name": "turned.jpg",
        "mimeType": "image/jpeg",
        "buffer": drawn.turned_jpeg(drawn.page()),
    }
    answer = request.post(
        "/v1/image/submit?plugin_id=ocr&tool=extract_text", multipart={"file": picture}
    )
    job_id = answer.json()["job_id"]
    for _ in range(30):
        job = request.get(f"/v1/jobs/{job_id}", headers={"Prefer": "wait=5"}).json()
        if job["status"] not in ("pending", "running"):
            break
    assert job["status"] == "completed"
    request.dispose()
    return f"/admin/jobs/job/{job_id}/change/"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_every_page_fits_its_window_and_breaks_no_rule(
    new_context, live_server_processes, read_job, scheme, width
):
    context = new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    window = Watched(context, live_server_processes)
    log_in(window)
    page = window.page
    for name in LISTS:
        window.open(f"/admin/{name}/")
        window.keep(f"admin-{name.replace('/', '-')}-{scheme}-{width}")
        assert not window.overflows(), name
        if page.locator("#result_list tbody th a").count():
            page.locator("#result_list tbody th a").first.click()
            page.wait_for_url("**/change/**")
            window.keep(f"admin-{name.replace('/', '-')}-one-{scheme}-{width}")
            assert not window.overflows(), name
            window.check()
    window.open(read_job)
    window.keep(f"admin-job-{scheme}-{width}")
    assert not window.overflows()
    window.check()


def test_boxes_are_drawn_on_the_words_of_a_turned_picture(window, read_job):
    log_in(window)
    window.open(read_job)
    page = window.page
    shown = page.locator("[data-canvas] img")
    expect(shown).to_have_js_property("complete", True)
    frame = shown.bounding_box()
    assert frame["width"] > frame["height"], "the picture is shown upright"
    boxes = [one.bounding_box() for one in page.locator("polygon.shape").all()]
    left = min(box["x"] for box in boxes) - frame["x"]
    top = min(box["y"] for box in boxes) - frame["y"]
    assert 0.02 < left / frame["width"] < 0.15, "the first word begins at 40 of 420 pixels"
    assert 0.1 < top / frame["height"] < 0.3, "and at about 45 of 240 pixels"
    address = page.get_by_role("link", name="Overlay").get_attribute("href")
    answer = page.request.get(f"{window.server.url}{address}")
    drawn = np.asarray(Image.open(io.BytesIO(answer.body()))).astype(int)
    rows, columns = np.nonzero(np.abs(drawn - (15, 143, 179)).max(axis=2) < 40)
    assert 0.02 < columns.min() / drawn.shape[1] < 0.15
    assert 0.1 < rows.min() / drawn.shape[0] < 0.3
    window.check()


def test_a_row_and_its_box_light_up_together_and_text_is_copied(window, read_job):
    log_in(window)
    window.open(read_job)
    page = window.page
    row = page.locator("[data-rows] tbody tr").first
    row.hover()
    expect(page.locator("polygon.shape.is-active")).to_have_count(1)
    row.get_by_role("button", name="Copy").click()
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == row.locator("[data-text]").inner_text()
    window.check()


def test_an_api_key_is_made_for_a_user_who_was_searched(window):
    log_in(window)
    page = window.page
    window.open("/admin/jobs/apikey/add/")
    page.locator(".select2-selection").click()
    page.locator(".select2-search__field").fill("be")
    page.get_by_role("option", name="ben").click()
    page.get_by_label("Name:").fill("scanner")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="The API key was made")).to_be_visible()
    key = page.get_by_label("Key scanner of ben").input_value()
    answer = page.request.get(
        f"{window.server.url}/v1/jobs", headers={"X-API-Key": key, "Cookie": ""}
    )
    assert answer.status == 200
    window.check()
