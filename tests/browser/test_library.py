"""The library in a real browser: upload, draw, process what changed, look at the history."""

import math
import re
import zipfile

import pytest
from PIL import Image, ImageDraw, ImageFont
from playwright.sync_api import expect
from pycocotools.coco import COCO

from tests.browser import drawn
from tests.browser.conftest import Watched

SIZE = (400, 300)
PAINTED = """canvas => {
    const {width, height} = canvas;
    const {data} = canvas.getContext("2d").getImageData(0, 0, width, height);
    return data.filter((value, index) => index % 4 === 3 && value > 0).length;
}"""


def with_a_thing(name):
    """A picture with a dark disc of 56 pixels around (110, 95), and its name in a corner."""
    image = drawn.page([], SIZE)
    pen = ImageDraw.Draw(image)
    pen.ellipse((82, 67, 138, 123), "navy")
    pen.text((250, 250), name, "black", ImageFont.load_default(size=20))
    return image


def upload(window, names, make=lambda name: drawn.page([name], SIZE)):
    """Add fresh pictures to the library."""
    page = window.page
    window.open("/library")
    page.locator("#add").evaluate("details => { details.open = true }")
    files = [
        {"name": name, "mimeType": "image/png", "buffer": drawn.png(make(name))} for name in names
    ]
    page.get_by_label("Images, videos or zip archives").set_input_files(files)
    with page.expect_navigation():
        page.get_by_role("button", name="Add", exact=True).click()


def drag(page, start, end):
    """Draw from one place of the picture to another, both in its own pixels."""
    frame = page.locator("#sheet").bounding_box()
    scale = frame["width"] / SIZE[0]
    (ax, ay), (bx, by) = start, end
    page.mouse.move(frame["x"] + ax * scale, frame["y"] + ay * scale)
    page.mouse.down()
    page.mouse.move(frame["x"] + (ax + bx) / 2 * scale, frame["y"] + (ay + by) / 2 * scale)
    page.mouse.move(frame["x"] + bx * scale, frame["y"] + by * scale)
    page.mouse.up()


def saved(page):
    expect(page.locator("#saving")).to_have_text("Saved")


def marks(window):
    """The boxes and points that the server has of the image on the page."""
    url = window.page.locator("#annotator").get_attribute("data-url")
    answer = window.page.request.get(window.server.url + url)
    return [row.get("bbox") or row["point"] for row in answer.json()]


def annotate(window, name, query=""):
    window.open(f"/library?q={query or name}")
    window.page.get_by_role("link", name=re.compile(f"(Annotate|marks?) on {name}")).click()
    expect(window.page.locator("#annotator")).to_have_attribute("data-ready", "true")


def choose_tool(window, names, tool="marker/inside_box"):
    page = window.page
    page.locator("#select-all").check()
    page.get_by_role("button", name="Process", exact=True).click()
    page.locator(f"[value='{tool}']").check()
    page.get_by_role("button", name="See what will run").click()


def wait_for_job(page):
    page.wait_for_url("**/jobs/*")
    expect(page.locator("#live .job-state .status")).to_have_text("Completed")


def test_the_whole_workflow(window, tmp_path):
    tool = "segment/inside_box"
    window.log_in()
    page = window.page
    upload(window, [f"flow-{n}.png" for n in range(5)], with_a_thing)
    expect(page.locator(".tile", has_text="flow-")).to_have_count(5)
    for n in range(3):
        annotate(window, f"flow-{n}.png")
        drag(page, (50, 40), (150, 140))
        saved(page)
        assert marks(window) == [[50, 40, 100, 100]]

    window.open("/library?q=flow-")
    window.keep("library")
    choose_tool(window, "flow-", tool)
    expect(page.get_by_role("heading", name="3 of 5 will run")).to_be_visible()
    expect(page.locator(".reasons")).to_contain_text("It is new.")
    expect(page.locator(".reasons")).to_contain_text("It has no box.")
    window.keep("library-preview")
    page.get_by_role("button", name="Process (3)").click()
    wait_for_job(page)

    annotate(window, "flow-1.png")
    drag(page, (100, 90), (120, 100))  # inside of the selected? it is not: a new drawing begins
    page.get_by_role("button", name="Undo").click()
    page.locator("#marks button").first.click()
    drag(page, (100, 90), (120, 100))  # now it is selected: the box moves
    saved(page)
    assert marks(window) == [[70, 50, 100, 100]]
    window.open("/library?q=flow-")
    choose_tool(window, "flow-", tool)
    expect(page.get_by_role("heading", name="1 of 5 will run")).to_be_visible()
    expect(page.locator(".reasons")).to_contain_text("A box was changed.")
    page.get_by_role("button", name="Process (1)").click()
    wait_for_job(page)

    window.open("/library?q=flow-")
    choose_tool(window, "flow-", tool)
    expect(page.get_by_role("heading", name="Nothing has to run")).to_be_visible()
    expect(page.locator(".reasons")).to_contain_text("Nothing changed.")
    page.get_by_role("button", name="Process all (3)").click()
    wait_for_job(page)

    window.open("/library?q=flow-1")
    page.locator(".tile > a").click()
    versions = page.locator(".version")
    expect(versions).to_have_count(3)
    expect(versions.first.locator("[data-found]")).to_contain_text("1 mask: object")
    expect(versions.first.locator("canvas.mask-layer")).to_have_count(1)
    painted = versions.first.locator("canvas.mask-layer").evaluate(PAINTED)
    assert painted == pytest.approx(math.pi * 28.5**2, rel=0.1), "the disc, and nothing else"
    window.keep("library-history")

    versions.first.get_by_role("button", name="Take over as annotations").click()
    expect(page.locator("#marks li")).to_have_count(2)

    window.open("/library?q=flow-")
    page.locator("#select-all").check()
    page.get_by_role("button", name="Export", exact=True).click()
    expect(page.get_by_role("heading", name="Export 3 results")).to_be_visible()
    page.locator("[value='coco']").check()
    page.get_by_role("button", name="Export", exact=True).click()
    page.locator("#download").wait_for()
    with page.expect_download() as waiting:
        page.locator("#download").click()
    waiting.value.save_as(tmp_path / "export.zip")
    coco = COCO(unzipped(tmp_path / "export.zip"))
    assert sorted(image["file_name"] for image in coco.loadImgs(coco.getImgIds())) == [
        f"flow-{n}.png" for n in range(3)
    ]
    for annotation in coco.loadAnns(coco.getAnnIds()):
        assert coco.annToMask(annotation)[95, 110]
        assert annotation["area"] == pytest.approx(math.pi * 28.5**2, rel=0.1)
    window.check()


def unzipped(path):
    """Unpacks an export; gives the path of its annotations."""
    with zipfile.ZipFile(path) as archive:
        archive.extractall(path.parent)
    return next(one for one in path.parent.rglob("*.json") if one.name != "manifest.json")


def test_the_job_page_draws_masks_too(window):
    window.log_in()
    page = window.page
    upload(window, ["mask.png"])
    annotate(window, "mask.png")
    drag(page, (100, 100), (200, 200))
    saved(page)
    page.get_by_role("button", name="Process this image").click()
    page.locator("[value='marker/inside_box']").check()
    page.get_by_role("button", name="See what will run").click()
    page.get_by_role("button", name="Process (1)").click()
    wait_for_job(page)
    expect(page.locator("canvas.mask-layer")).to_have_count(1)
    window.keep("job-masks")
    window.check()


def test_boxes_are_drawn_moved_and_resized_with_the_mouse_at_any_zoom(window):
    window.log_in()
    page = window.page
    upload(window, ["mouse.png"])
    annotate(window, "mouse.png")
    drag(page, (40, 40), (140, 110))
    drag(page, (140, 110), (160, 150))  # its lower right handle
    saved(page)
    assert marks(window) == [[40, 40, 120, 110]]
    for _ in range(3):
        page.get_by_role("button", name="Zoom in").click()
    drag(page, (200, 150), (210, 160))
    saved(page)
    assert marks(window)[1] == [200, 150, 10, 10]
    page.get_by_role("button", name="Point").click()
    page.get_by_role("button", name="Fit").click()
    drag(page, (300, 200), (300, 200))
    saved(page)
    assert marks(window)[2] == [300, 200]
    page.get_by_role("button", name="Undo").click()
    page.get_by_role("button", name="Undo").click()
    saved(page)
    assert len(marks(window)) == 1
    page.get_by_role("button", name="Redo").click()
    page.get_by_label("Negative example").check()
    page.locator("#marks button").last.click()
    page.get_by_label("Label").fill("Münze")
    page.get_by_label("Label").press("Enter")
    saved(page)
    window.keep("annotate")
    page.reload()
    expect(page.locator("#marks li")).to_have_count(2)
    expect(page.locator("#marks li").last).to_contain_text("Münze")
    window.check()


def test_the_keyboard_alone_is_enough(window):
    window.log_in()
    page = window.page
    upload(window, ["keys-b.png"])
    upload(window, ["keys-a.png"])
    annotate(window, "keys-a.png", "keys-")
    expect(page.locator("#place")).to_have_text("1 / 2")
    page.keyboard.press("b")
    expect(page.locator("#marks li")).to_have_count(1)
    saved(page)
    (x, y, w, h) = marks(window)[0]
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Alt+Shift+ArrowUp")
    saved(page)
    assert marks(window) == [[x + 1, y + 10, w + 1, h - 10]]
    page.keyboard.press("p")
    page.keyboard.press("2")
    expect(page.locator("#marks li").last).to_contain_text("Positive example")
    page.keyboard.press("Shift+Tab")
    expect(page.locator("#marks li").first.locator("button")).to_have_class(re.compile("selected"))
    page.keyboard.press("Delete")
    expect(page.locator("#marks li")).to_have_count(1)
    page.keyboard.press("Control+z")
    expect(page.locator("#marks li")).to_have_count(2)
    saved(page)
    page.keyboard.press("Escape")
    before = page.url
    page.keyboard.press("PageDown")
    page.wait_for_url(lambda url: url != before)
    page.keyboard.press("PageUp")
    page.wait_for_url(before)
    expect(page.locator("#marks li")).to_have_count(2)
    window.check()


def test_nothing_is_lost_while_the_server_is_away(window):
    window.log_in()
    page = window.page
    upload(window, ["away.png"])
    annotate(window, "away.png")
    where = page.url
    page.route("**/annotations", lambda route: route.abort())
    drag(page, (40, 40), (140, 110))
    expect(page.locator("#saving")).to_contain_text("Not saved")
    page.unroute("**/annotations")
    window.open("/library")
    page.goto(where)
    expect(page.locator("#marks li")).to_have_count(1)
    saved(page)
    page.reload()
    expect(page.locator("#marks li")).to_have_count(1)
    assert marks(window) == [[40, 40, 100, 70]]
    assert page.evaluate("window.violations") == []


def test_touch_draws_and_two_fingers_zoom(new_context, live_server_processes):
    context = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.set_default_timeout(15_000)
    window = Watched(context, live_server_processes)
    window.log_in()
    page = window.page
    upload(window, ["touch.png"])
    annotate(window, "touch.png")
    page.locator("#stage").scroll_into_view_if_needed()
    frame = page.locator("#sheet").bounding_box()
    scale = frame["width"] / SIZE[0]
    session = context.new_cdp_session(page)

    def touch(kind, *places):
        points = [
            {"x": frame["x"] + x * scale, "y": frame["y"] + y * scale, "id": number}
            for number, (x, y) in enumerate(places)
        ]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    touch("touchStart", (100, 100))
    touch("touchMove", (150, 150))
    touch("touchMove", (200, 180))
    touch("touchEnd")
    saved(page)
    (box,) = marks(window)
    assert box == pytest.approx([100, 100, 100, 80], abs=2)
    before = page.locator("#sheet").bounding_box()["width"]
    touch("touchStart", (150, 150))
    touch("touchStart", (150, 150), (250, 150))
    touch("touchMove", (100, 150), (300, 150))
    touch("touchEnd")
    assert page.locator("#sheet").bounding_box()["width"] > before * 1.5
    assert len(marks(window)) == 1
    window.check()


def test_marks_lie_right_on_a_photo_that_was_taken_sideways(window):
    window.log_in()
    page = window.page
    window.open("/library")
    page.locator("#add").evaluate("details => { details.open = true }")
    photo = drawn.turned_jpeg(Image.new("RGB", SIZE, "white"))
    page.get_by_label("Images, videos or zip archives").set_input_files(
        {"name": "sideways.jpg", "mimeType": "image/jpeg", "buffer": photo}
    )
    with page.expect_navigation():
        page.get_by_role("button", name="Add", exact=True).click()
    annotate(window, "sideways.jpg")
    drag(page, (10, 20), (390, 60))
    saved(page)
    assert marks(window) == [[10, 20, 380, 40]]
    window.check()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_fit_their_window(new_context, live_server_processes, scheme, width):
    context = new_context(viewport={"width": width, "height": 844}, color_scheme=scheme)
    context.set_default_timeout(15_000)
    window = Watched(context, live_server_processes)
    window.log_in()
    page = window.page
    name = f"look-{scheme}-{width}.png"
    upload(window, [name])
    window.keep(f"library-{scheme}-{width}")
    assert not window.overflows()
    annotate(window, name)
    drag(page, (40, 40), (140, 110))
    page.keyboard.press("2")
    drag(page, (200, 40), (300, 110))
    page.keyboard.press("3")
    drag(page, (200, 160), (300, 230))
    saved(page)
    window.keep(f"annotate-{scheme}-{width}")
    assert not window.overflows()
    page.get_by_role("link", name="Results").click()
    expect(page.get_by_role("heading", name="No results yet")).to_be_visible()
    window.keep(f"history-{scheme}-{width}")
    assert not window.overflows()
    window.check()
