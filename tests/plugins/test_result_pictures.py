"""Masks and overlays, drawn by the media plugin in its real host."""

import json

import numpy as np
import pytest
from PIL import Image

from plugins_app.finding import registry
from plugins_app.host import HostFailure, PluginHost
from plugins_app.sdk.masks import encode_mask
from tests.plugins.hosts import call, host_processes, unwatched

COLOUR = {"coin": (15, 143, 179), "cup": (217, 72, 15)}
"""The first two of the pages' colours (static/css/job.css)."""


@pytest.fixture(scope="module")
def media_host():
    host = PluginHost(registry.get("media"))
    yield host
    host.close()
    assert host_processes() == []


@pytest.fixture
def ask(media_host, tmp_path):
    """Runs a tool over a picture and a result; gives the picture that was made."""

    def run(tool, result, size=(60, 40), ground="white", **params):
        Image.new("RGB", size, ground).save(tmp_path / "in.png")
        text = result if isinstance(result, str) else json.dumps(result)
        (tmp_path / "found.json").write_text(text)
        params["result_path"] = str(tmp_path / "found.json")
        asked = call(tool, tmp_path / "in.png", tmp_path, params=params, memory_mb=1024)
        (artifact,) = media_host.call(asked, unwatched).artifacts
        return Image.open(artifact.path)

    return run


@pytest.fixture
def numbers(ask):
    """The label map of a result as an array."""

    def run(result, size=(60, 40), instance=0):
        made = ask("mask", result, size, width=size[0], height=size[1], instance=instance)
        return np.asarray(made)

    return run


@pytest.fixture
def overlay(ask):
    """The overlay of a result as an array (h, w, 3)."""
    return lambda *args, **how: np.asarray(ask("overlay", *args, **how)).astype(int)


def rectangle(x, y, width, height, size=(60, 40)):
    mask = np.zeros((size[1], size[0]), np.uint8)
    mask[y : y + height, x : x + width] = 1
    return encode_mask(mask)


def masks(*places, label="coin"):
    return {
        "masks": [
            {"label": label, "score": 0.9, "bbox": list(place), "rle": rectangle(*place)}
            for place in places
        ]
    }


def refused(run, *args, **how):
    with pytest.raises(HostFailure) as caught:
        run(*args, **how)
    return caught.value.reason, caught.value.message


class TestMask:
    def test_pixels_are_the_numbers_of_the_masks(self, numbers):
        made = numbers(masks((2, 3, 10, 5), (30, 20, 4, 4)))
        expected = np.zeros((40, 60))
        expected[3:8, 2:12] = 1
        expected[20:24, 30:34] = 2
        assert made.dtype == np.uint8
        assert (made == expected).all()

    def test_the_first_mask_lies_on_top_and_one_alone_is_whole(self, numbers):
        found = masks((0, 0, 10, 10), (5, 5, 10, 10))
        assert numbers(found)[7, 7] == 1
        alone = numbers(found, instance=2)
        assert alone[7, 7] == 255
        assert (alone > 0).sum() == 100

    def test_many_masks_take_16_bits(self, numbers):
        made = numbers(masks(*[(n % 60, n // 60, 1, 1) for n in range(300)]))
        assert made.max() == 300
        assert (made.ravel()[:300] == np.arange(1, 301)).all()

    def test_no_masks_are_an_empty_picture(self, numbers):
        assert not numbers({"masks": []}).any()

    @pytest.mark.parametrize(
        ("result", "reason", "sentence"),
        [
            ({"detections": []}, "unsupported_input", "has no masks"),
            ([1], "unsupported_input", "has no masks"),
            ({"masks": [{"rle": rectangle(0, 0, 2, 2, (9, 9))}]}, "undecodable",
             "Mask 1 of the result is for 9 x 9 pixels, and the picture has 60 x 40"),
            ({"masks": [{"rle": {"size": [40, 60], "counts": [1]}}]}, "undecodable", "not fill"),
            ({"masks": [None]}, "undecodable", "Mask 1"),
            ({"masks": [1] * 70_000}, "too_large", "more than 65535"),
            ("[" * 100_000, "undecodable", "JSON"),
            ("no json", "undecodable", "JSON"),
        ],
    )  # fmt: skip
    def test_what_is_no_mask_is_told(self, numbers, result, reason, sentence):
        said, text = refused(numbers, result)
        assert said == reason
        assert sentence in text

    def test_a_number_that_no_mask_has_is_told(self, numbers):
        reason, text = refused(numbers, masks((0, 0, 1, 1)), instance=2)
        assert (reason, text) == (
            "invalid_params", "The result has no mask 2; they are numbered 1 to 1."
        )  # fmt: skip


def near(pixel, colour, by=40):
    return np.abs(np.asarray(pixel) - colour).max() <= by


class TestOverlay:
    def test_masks_are_tinted_in_the_colours_of_the_pages(self, overlay):
        found = masks((5, 5, 10, 10))
        found["masks"] += masks((40, 25, 10, 10), label="cup")["masks"]
        made = overlay(found)
        scale = made.shape[1] / 60
        for (x, y), name in (((10, 10), "coin"), ((45, 30), "cup")):
            tint = np.array(COLOUR[name]) * 0.45 + 255 * 0.55
            assert near(made[int(y * scale), int(x * scale)], tint)
        assert near(made[int(20 * scale), int(30 * scale)], (255, 255, 255))

    def test_small_pictures_grow_until_letters_can_be_read(self, overlay):
        assert max(overlay({"detections": []}).shape) >= 640
        assert overlay({"detections": []}, size=(900, 700)).shape == (700, 900, 3)

    @pytest.mark.parametrize("ground", ["white", "black", (15, 143, 179)])
    def test_a_box_shows_on_any_ground(self, overlay, ground):
        box = {"detections": [{"label": "coin", "score": 0.5, "bbox": [100, 300, 400, 200]}]}
        made, bare = (
            overlay(found, size=(900, 700), ground=ground) for found in (box, {"detections": []})
        )
        across_the_edge = np.abs(made[400, 80:120] - bare[400, 80:120]).max(axis=1)
        assert across_the_edge.max() > 60

    def test_lines_grow_with_the_picture(self, overlay):
        def inked(width):
            box = [width * 0.25, width * 0.25, width * 0.5, width * 0.25]
            made = overlay({"lines": [{"bbox": box}]}, size=(width, width * 3 // 4))
            row = made[round(width * 0.375)]
            return sum(near(pixel, COLOUR["coin"], 60) for pixel in row)

        assert inked(2400) > 2 * inked(800)

    @pytest.mark.parametrize(
        "result",
        [
            {"lines": [{"text": "a", "polygon": [[100, 100], [300, 120], [280, 200]]}]},
            {"codes": [{"format": "QR", "text": "x", "polygon": [[9, 9], [99, 9], [99, 99]]}]},
            {"keypoints": [{"label": "nose", "points": [[200, 200, 0.9]]}]},
            {"keypoints": [{"keypoints": [200, 200, 2, 300, 300, 0]}]},
            {"keypoints": [[200, 200]]},
            {"detections": [{"label": "монета 硬币 عملة \u0007", "bbox": [9, 9, 50, 50]}]},
        ],
    )  # fmt: skip
    def test_everything_with_a_place_is_drawn(self, overlay, result):
        made = overlay(result, size=(800, 600))
        assert (np.abs(made - 255).max(axis=2) > 60).any()

    @pytest.mark.parametrize(
        "entry",
        [
            None,
            {"bbox": [float("nan"), 0, 1, 1]},
            {"bbox": ["1", 2, 3, 4]},
            {"bbox": [1, 2, 3]},
            {"rle": {"size": [9, 9], "counts": "x"}, "bbox": None},
            {"polygon": [[1, 2], [3], [4, 5]]},
            {"polygon": [[1, 2]] * 5000},
        ],
    )
    def test_what_does_not_fit_is_left_out(self, overlay, entry):
        made = overlay({"masks": [entry]}, size=(700, 500))
        assert (made > 250).all()

    def test_far_away_places_do_no_harm(self, overlay):
        overlay({"detections": [{"label": "far", "bbox": [-9e8, -9e8, 1.8e9, 1.8e9]}]})

    def test_a_thousand_and_more_boxes_end_in_time(self, overlay):
        box = {"label": "x" * 500, "score": 0.5, "bbox": [1, 1, 5, 5]}
        overlay({"detections": [box] * 5000}, size=(700, 500))

    def test_free_json_has_nothing_to_draw(self, overlay):
        assert refused(overlay, {"mood": "good"})[0] == "unsupported_input"
