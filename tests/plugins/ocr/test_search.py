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
    """A chessboard of 8 by 8 fields, or plain white."""
    if flat:
        return np.full((height, width, 3), 255, np.uint8)
    fields = np.uint8(255 * (np.indices((8, 8)).sum(axis=0) % 2))
    board = fields.repeat(height // 8, axis=0).repeat(width // 8, axis=1)
    return np.ascontiguousarray(np.broadcast_to(board[..., None], (height, width, 3)))


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


def test_a_blank_picture_is_not_looked_at():
    detector = FakeDetector()
    assert ocr_search.find_text(picture(4000, 3000, flat=True), detector, 1920) == []
    assert detector.scales == []


def test_plain_borders_are_left_out_and_boxes_put_back():
    page = picture(8000, 6000, flat=True)
    page[2000:2060:4, 3000:3900] = 0
    detector = FakeDetector(40)
    (quad,) = ocr_search.find_text(page, detector, 1920)
    assert detector.scales == [pytest.approx(1.0, abs=0.05)]
    assert quad[0] == pytest.approx([3000, 2000], abs=60)


def test_dark_pictures_have_borders_too():
    page = 255 - picture(8000, 6000, flat=True)
    page[2000:2060:4, 3000:3900] = 255
    detector = FakeDetector(40)
    assert len(ocr_search.find_text(page, detector, 1920)) == 1
    assert min(detector.scales) > 0.9


def test_a_long_strip_keeps_its_resolution():
    assert ocr_search.fit(4000, 20, 960) > 1
    assert ocr_search.fit(4000, 1000, 960) == pytest.approx(960 / 4000)
    assert ocr_search.fit(3000, 4000, 960) == pytest.approx(960 / 4000)
