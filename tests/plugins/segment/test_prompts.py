"""Prompts and pictures that are odd: each is worked on or refused with a sentence."""

import numpy as np
import pytest
from PIL import Image

from plugins_app.sdk import ToolError

GREY = np.full((60, 80, 3), 128, np.uint8)
TOOLS = {
    "inside_box": {"boxes": [[20, 15, 30, 30]]},
    "at_points": {"points": [{"point": [35, 30], "positive": True}]},
    "find_all": {"boxes": [[20, 15, 30, 30]]},
}


@pytest.fixture
def disc():
    """A dark disc of radius 15 about (35, 30) on light grey, as a Pillow picture (80 x 60)."""
    y, x = np.mgrid[:60, :80]
    inside = (x - 35) ** 2 + (y - 30) ** 2 < 15**2
    return Image.fromarray(np.where(inside[..., None], [40, 60, 90], 190).astype(np.uint8))


@pytest.mark.parametrize("tool", TOOLS)
def test_without_a_prompt_it_says_what_to_draw(run, tool):
    with pytest.raises(ToolError, match=r"There is n.*\b(image|parameter)") as caught:
        run(tool, GREY, boxes=[], points=[], text="")
    assert caught.value.reason == "invalid_params"


@pytest.mark.parametrize(
    ("box", "why"),
    [
        ([100, 10, 20, 20], "lies outside the picture, which has 80 x 60"),
        ([-50, -50, 20, 20], "lies outside"),
        ([10, 10, 0, 20], r"has no area\. Boxes are"),
        ([10, 10, 20, -5], r"has no area\. Boxes are"),
        ([float("nan"), 10, 20, 20], "outside"),
    ],
)
@pytest.mark.parametrize("tool", ["inside_box", "find_all"])
def test_boxes_that_hold_nothing_are_named(run, tool, box, why):
    with pytest.raises(ToolError, match=why) as caught:
        run(tool, GREY, boxes=[box])
    assert caught.value.reason == "invalid_params"


def test_a_box_that_reaches_over_the_edge_is_cut(run, disc, tmp_path):
    disc.save(tmp_path / "disc", "PNG")
    result = run("inside_box", tmp_path / "disc", boxes=[[-1e6, -1e6, 2e6, 2e6]])
    x, y, w, h = result["masks"][0]["bbox"]
    assert (x, y) >= (0, 0)
    assert (x + w, y + h) <= (80, 60)


@pytest.mark.parametrize("point", [[81, 10], [-1, 10], [float("nan"), 3]])
def test_points_outside_are_named(run, point):
    with pytest.raises(ToolError, match="lies outside the picture"):
        run("at_points", GREY, points=[{"point": point}])


def test_more_examples_than_help_are_refused(run):
    boxes = [{"bbox": [n, 5, 10, 10], "role": "positive", "label": ""} for n in range(21)]
    with pytest.raises(ToolError, match="at most 20 examples"):
        run("find_all", GREY, boxes=boxes)


def test_an_unknown_tool_is_told_which_there_are(run):
    with pytest.raises(ToolError, match="inside_box, at_points, find_all"):
        run("draw", GREY)


@pytest.mark.parametrize("size", [(1, 1), (1, 40), (40, 1), (3, 2)])
@pytest.mark.parametrize("tool", TOOLS)
def test_tiny_pictures_are_worked_on(run, masks, tool, size):
    image = np.full((*size, 3), 128, np.uint8)
    prompt = {"boxes": [[0, 0, 1, 1]], "points": [{"point": [0, 0]}]}
    masks(run(tool, image, **prompt))


@pytest.mark.parametrize("mode", ["L", "RGBA", "I;16", "1", "P"])
@pytest.mark.parametrize("tool", ["inside_box", "at_points"])
def test_pictures_of_every_kind_of_pixel_are_cut(run, masks, tmp_path, disc, mode, tool):
    deep = Image.fromarray(np.asarray(disc.convert("L")).astype(np.uint16) * 257)
    (deep if mode == "I;16" else disc.convert(mode)).save(tmp_path / "disc", "PNG")
    (mask,) = masks(run(tool, tmp_path / "disc", **TOOLS[tool]))
    assert mask.sum() == pytest.approx(np.pi * 15**2, rel=0.1)


def test_pixels_are_those_of_the_upright_picture(run, masks, tmp_path, disc):
    exif = Image.Exif()
    exif[0x0112] = 6  # to be turned by 90 degrees clockwise: 60 x 80
    disc.save(tmp_path / "turned", "JPEG", quality=95, exif=exif)
    result = run("inside_box", tmp_path / "turned", boxes=[[60 - 45, 20, 30, 30]])
    (mask,) = masks(result)
    assert (result["width"], result["height"]) == (60, 80)
    assert mask.sum() == pytest.approx(np.pi * 15**2, rel=0.1)
    assert mask[35, 29]


@pytest.mark.parametrize("tool", TOOLS)
def test_the_same_picture_gives_the_same_masks(run, tmp_path, disc, tool):
    disc.save(tmp_path / "disc", "PNG")
    assert run(tool, tmp_path / "disc", **TOOLS[tool]) == run(
        tool, tmp_path / "disc", **TOOLS[tool]
    )
