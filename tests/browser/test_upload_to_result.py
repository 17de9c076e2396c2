"""From dropping a picture to reading its text, in a real browser on a real server."""

import re
import urllib.request
from pathlib import Path

from playwright.sync_api import expect

from tests.browser import drawn

MOVING = Path(__file__).resolve().parents[2] / "static" / "samples" / "moving.mp4"
PLAYED = """async video => {
    video.muted = true;
    await video.play();
    while (video.currentTime <= 0.2) await new Promise(done => setTimeout(done, 50));
    video.pause();
    return video.currentTime;
}"""
DROP = """([name, type, base64]) => {
    const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([bytes], name, {type}));
    for (const kind of ["dragover", "drop"]) {
        document.getElementById("drop").dispatchEvent(
            new DragEvent(kind, {bubbles: true, cancelable: true, dataTransfer}));
    }
}"""


def drop(page, name, data, content_type="image/png"):
    """Drop a file onto the page, as dragging it from a folder does."""
    import base64

    page.evaluate(DROP, [name, content_type, base64.b64encode(data).decode()])


def choose(page, *files):
    page.get_by_label("Drop images or videos here, or choose them").set_input_files(
        [{"name": name, "mimeType": "image/png", "buffer": data} for name, data in files]
    )


def state(page):
    return page.locator("#live .job-state .status")


def test_a_dropped_picture_becomes_text_with_boxes(window):
    window.log_in()
    page = window.page
    page.get_by_label("Extract text").check()
    drop(page, "sign.png", drawn.png(drawn.page()))
    expect(page.locator("#picked")).to_contain_text("sign.png")
    expect(page.locator("#picked img")).to_have_js_property("complete", True)
    window.keep("upload-chosen")
    page.get_by_role("button", name="Run").click()

    page.wait_for_url("**/jobs/*")
    expect(state(page)).to_have_text("Completed")
    text = page.locator("#result-text")
    assert re.findall(r"\w+", text.inner_text()) == drawn.WORDS
    expect(page.locator("polygon.shape")).to_have_count(2)

    box = page.locator("polygon.shape").first.bounding_box()
    picture = page.locator("#picture").bounding_box()
    left = (box["x"] - picture["x"]) / picture["width"]
    top = (box["y"] - picture["y"]) / picture["height"]
    assert 0.02 < left < 0.15, "the first word begins at 40 of 420 pixels"
    assert 0.1 < top < 0.3, "and at about 45 of 240 pixels"
    window.keep("job-text")
    window.check()


def test_boxes_and_lines_point_at_each_other_and_copy_their_text(window):
    window.log_in()
    page = window.page
    page.get_by_label("Extract text").check()
    choose(page, ("sign.png", drawn.png(drawn.page())))
    page.get_by_role("button", name="Run").click()
    expect(state(page)).to_have_text("Completed")

    shapes, rows = page.locator("polygon.shape"), page.locator("tr[data-row]")
    shapes.nth(1).hover()
    expect(rows.nth(1)).to_have_class("is-active")
    expect(rows.nth(0)).not_to_have_class("is-active")
    rows.nth(0).hover()
    expect(shapes.nth(0)).to_have_class(re.compile("is-active"))
    shapes.nth(1).click()
    assert page.evaluate("navigator.clipboard.readText()") == drawn.WORDS[1]
    rows.nth(0).get_by_role("button", name="Copy").click()
    assert page.evaluate("navigator.clipboard.readText()") == drawn.WORDS[0]

    page.get_by_label("Boxes").uncheck()
    expect(shapes.nth(0)).not_to_be_visible()
    before = page.locator("#picture").bounding_box()["width"]
    page.get_by_role("button", name="Zoom in").click()
    assert page.locator("#picture").bounding_box()["width"] > before * 1.3
    page.get_by_role("button", name="Fit").click()
    assert page.locator("#picture").bounding_box()["width"] == before
    with page.expect_download() as download:
        page.locator("section", has_text="JSON").get_by_role("link", name="Download").last.click()
    assert download.value.suggested_filename == "sign-extract_text.json"
    window.check()


def test_boxes_lie_right_on_a_photo_that_was_taken_sideways(window):
    window.log_in()
    page = window.page
    page.get_by_label("Extract text").check()
    choose(page, ("turned.jpg", drawn.turned_jpeg(drawn.page())))
    page.get_by_role("button", name="Run").click()
    expect(state(page)).to_have_text("Completed")
    picture = page.locator("#picture").bounding_box()
    assert picture["width"] > picture["height"] * 1.5, "shown upright: 420 x 240"
    box = page.locator("polygon.shape").first.bounding_box()
    assert (box["x"] - picture["x"]) / picture["width"] < 0.15
    assert box["width"] > 2 * box["height"]
    window.check()


def test_files_that_can_not_be_sent_are_told_before_and_can_be_removed(window):
    window.log_in()
    page = window.page
    choose(page, ("a.png", drawn.png(drawn.page())), ("empty.png", b""))
    expect(page.locator("#rejected")).to_contain_text("empty.png: is empty.")
    expect(page.locator("#summary")).to_contain_text("1 file")
    page.get_by_role("button", name="Remove a.png").click()
    expect(page.locator("#picked li")).to_have_count(0)
    expect(page.locator("#run")).to_be_disabled()
    window.check()


def test_files_over_the_limit_are_told_in_one_sentence(window):
    window.log_in()
    page = window.page
    choose(page, *[(f"{n}.png", drawn.png(drawn.page([str(n)]))) for n in range(103)])
    expect(page.locator("#rejected li")).to_have_count(1)
    expect(page.locator("#rejected")).to_have_text(
        "3 files were left out: one job takes at most 100 files."
    )
    expect(page.locator("#picked li")).to_have_count(100)
    choose(page, ("late.png", drawn.png(drawn.page())))
    expect(page.locator("#rejected")).to_have_text(
        "late.png was left out: one job takes at most 100 files."
    )
    window.check()


def test_a_refused_file_keeps_the_form_as_it_was(window):
    window.log_in()
    page = window.page
    page.get_by_label("Describe").check()
    page.get_by_role("textbox", name="Word").fill("my own word")
    choose(page, ("notes.png", b"just text"))
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#faults")).to_contain_text("not an image that ForgeSyte knows")
    expect(page.get_by_role("textbox", name="Word")).to_have_value("my own word")
    expect(page.locator("#picked")).to_contain_text("notes.png")
    expect(page.locator("#run")).to_be_enabled()
    assert window.faults == [
        "error: Failed to load resource: the server responded with a status of 400 (Bad Request)"
    ]


def test_an_upload_can_be_canceled_while_its_bytes_go(window):
    window.log_in()
    page = window.page
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    slow = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": 50_000}
    network.send("Network.emulateNetworkConditions", slow)
    choose(page, ("big.png", drawn.png(drawn.page()) + bytes(3_000_000)))
    page.get_by_role("button", name="Run").click()
    expect(page.locator("#sent-label")).to_contain_text(re.compile(r"Uploaded .* of 2\.9 MB"))
    page.get_by_role("button", name="Cancel upload").click()
    expect(page.locator("#run")).to_be_enabled()
    expect(page.locator("#run")).to_be_visible()
    expect(page.locator("#picked")).to_contain_text("big.png")
    assert page.url == window.server.url + "/"
    assert page.evaluate("window.violations") == []
    assert all(fault.startswith("error: htmx:") for fault in window.faults), "htmx logs an abort"


def test_a_batch_shows_its_items_and_leads_through_them(window):
    window.log_in()
    page = window.page
    page.get_by_label("Read", exact=False).and_(page.locator("[value='echo/read']")).check()
    choose(page, *[(f"{n}.png", drawn.png(drawn.page([str(n)]))) for n in range(3)])
    page.get_by_role("button", name="Run on 3 files").click()
    expect(state(page)).to_have_text("Completed")
    window.keep("job-batch")
    page.get_by_role("link", name="1.png").click()
    expect(page.get_by_role("heading", name="1.png")).to_be_visible()
    page.get_by_role("link", name="Next").click()
    expect(page.get_by_role("heading", name="2.png")).to_be_visible()
    page.get_by_role("link", name="Jobs", exact=True).last.click()
    expect(page.locator("#live table")).to_contain_text("and 2 more")
    window.check()


def test_progress_is_seen_and_cancel_stops_the_work(window):
    window.log_in()
    page = window.page
    page.locator("[value='slow/wait']").check()
    page.get_by_role("spinbutton", name="Seconds").fill("50")
    choose(page, ("a.png", drawn.png(drawn.page())))
    page.get_by_role("button", name="Run").click()
    expect(state(page)).to_have_text("Running")
    bar = page.locator(".progress-card progress")
    expect(bar).to_have_attribute("value", re.compile(r"0\.0[1-9]|0\.[1-9]"))
    first = float(bar.get_attribute("value"))
    page.wait_for_function(
        "seen => document.querySelector('.progress-card progress')?.value > seen", arg=first
    )
    window.keep("job-running")
    page.get_by_role("button", name="Cancel").click()
    expect(state(page)).to_have_text("Canceled")
    expect(page.locator("#live")).not_to_have_attribute("hx-get", re.compile("."))
    window.check()


def test_a_page_that_is_open_says_that_its_job_was_deleted_elsewhere(window):
    window.log_in()
    page = window.page
    page.locator("[value='slow/wait']").check()
    page.get_by_role("spinbutton", name="Seconds").fill("50")
    choose(page, ("a.png", drawn.png(drawn.page())))
    page.get_by_role("button", name="Run").click()
    expect(state(page)).to_have_text("Running")
    delete = urllib.request.Request(
        f"{window.server.url}/v1/jobs/{page.url.rpartition('/')[2]}",
        method="DELETE",
        headers={"X-API-Key": window.server.api_key},
    )
    with urllib.request.urlopen(delete, timeout=120) as answer:
        assert answer.status == 204
    expect(page.locator("#live")).to_contain_text("The job was deleted")
    expect(page.get_by_role("button", name="Cancel")).to_have_count(0)
    expect(page.locator("#live")).not_to_have_attribute("hx-get", re.compile("."))
    expect(page.locator("#offline")).not_to_be_visible()
    window.keep("job-deleted")
    page.get_by_role("link", name="All jobs").click()
    expect(page.get_by_role("heading", name="Jobs", exact=True)).to_be_visible()
    window.check()


def test_a_failure_says_why_without_loading_the_page_anew(window):
    window.log_in()
    page = window.page
    page.locator("[value='echo/fail']").check()
    choose(page, ("a.png", drawn.png(drawn.page())))
    page.get_by_role("button", name="Run").click()
    expect(state(page)).to_have_text("Failed")
    expect(page.locator("#live")).to_contain_text("The picture is too ugly. Send a nicer one.")
    window.keep("job-failed")
    window.check()


def test_the_tracks_of_a_video_are_drawn_in_and_play(window):
    window.log_in()
    page = window.page
    page.locator("[value='motion-tracker/video_track']").check()
    page.get_by_label("Drop images or videos here, or choose them").set_input_files(MOVING)
    page.get_by_role("button", name="Run").click()
    expect(state(page)).to_have_text("Completed")
    page.get_by_role("button", name="Draw the tracks into the video").click()
    video = page.locator("video[aria-label='The video with its tracks']")
    video.wait_for()
    assert video.evaluate(PLAYED) > 0.2, "seconds that it played"
    window.keep("job-video")
    window.check()
