"""How large the detector sees a picture."""

import numpy as np
import pytest

from tests.plugins.ocr.helpers import PLUGIN  # noqa: F401 - puts the plugin on sys.path

import ocr_search  # isort: skip


class FakeDetector:
    """Finds lines of given heights, as long as they are at least 8 px high in what it sees."""

    def __init__(self, *heights):
        self.heights = heights
        self.scales = []

    def __call__(self, pixels, scale):
        self.scales.append(scale)
        found = []
        for number, height in enumerate(self.heights):
            y = 300 * number
            if height * scale >= 8:
                found.append(np.float32([[0, y], [900, y], [900, y + height], [0, y + height]]))
        return found


def picture(width, height, flat=False):
    pixels = np.full((height, width, 3), 255, np.uint8)
    if not flat:
        pixels[::2] = 0
    return pixels


def test_text_of_a_good_size_is_looked_at_once():
    detector = FakeDetector(60, 70)
    ocr_search.find_text(picture(1920, 1440), detector, 1920)
    assert detector.scales == [0.5]


def test_small_text_is_looked_at_again_so_that_it_comes_out_as_wanted():
    detector = FakeDetector(24, 24, 24)
    found = ocr_search.find_text(picture(1920, 1440), detector, 1920)
    assert detector.scales == [0.5, 1.0]
    assert len(found) == 3


def test_no_look_is_larger_than_allowed():
    detector = FakeDetector(40, 40)
    ocr_search.find_text(picture(8000, 4000), detector, 1280)
    assert max(detector.scales) <= 1280 / 8000
    detector = FakeDetector(9, 9)
    ocr_search.find_text(picture(600, 400), detector, 500)
    assert max(detector.scales) <= 500 / 600


@pytest.mark.parametrize(("upscale", "largest"), [(True, 24 / 9), (False, 1.0)])
def test_only_upscaling_enlarges(upscale, largest):
    detector = FakeDetector(9, 9)
    ocr_search.find_text(picture(600, 400), detector, 1920, upscale)
    assert max(detector.scales) == pytest.approx(largest)


def test_large_text_is_kept_from_the_first_look():
    detector = FakeDetector(200, 20, 20, 20)
    found = ocr_search.find_text(picture(1920, 1440), detector, 1920)
    assert len(detector.scales) == 2
    assert sorted(ocr_search.short_side(quad) for quad in found) == [20, 20, 20, 200]


def test_a_blank_picture_is_not_looked_at_again():
    detector = FakeDetector()
    assert ocr_search.find_text(picture(4000, 3000, flat=True), detector, 1920) == []
    assert len(detector.scales) == 1


def test_a_long_strip_keeps_its_resolution():
    assert ocr_search.fit(4000, 20, 960) > 1
    assert ocr_search.fit(4000, 1000, 960) == pytest.approx(960 / 4000)
    assert ocr_search.fit(3000, 4000, 960) == pytest.approx(960 / 4000)
