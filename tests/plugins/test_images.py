"""Opening images of every kind the server lets in."""

import numpy as np
import pytest
from PIL import Image

from plugins_app import sdk
from plugins_app.sdk import ToolError, images

SIZE = (60, 40)


@pytest.fixture
def saved(tmp_path):
    """Saves a Pillow picture under a name without an extension; gives the path."""

    def save(picture, fmt="PNG", **options):
        path = tmp_path / "b7f3c9"
        picture.save(path, format=fmt, **options)
        return str(path)

    return save


def half_black(mode="L", black=0, white=255):
    """Left half black, right half white."""
    picture = Image.new(mode, SIZE, white)
    picture.paste(black, (0, 0, SIZE[0] // 2, SIZE[1]))
    return picture


def assert_half_black(opened, tolerance=12):
    assert opened.pixels.shape == (40, 60, 3)
    assert opened.pixels.dtype == np.uint8
    assert opened.pixels[:, :25].max() <= tolerance
    assert opened.pixels[:, 35:].min() >= 255 - tolerance


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF"])
def test_formats(saved, fmt):
    opened = sdk.load_image(saved(half_black().convert("RGB"), fmt))
    assert_half_black(opened)
    assert (opened.width, opened.height, opened.pages) == (60, 40, 1)


@pytest.mark.parametrize("mode", ["1", "L", "P"])
def test_grey_and_palette(saved, mode):
    assert_half_black(sdk.load_image(saved(half_black().convert(mode))))


def test_cmyk_jpeg(saved):
    assert_half_black(sdk.load_image(saved(half_black().convert("CMYK"), "JPEG")))


def test_channels_are_bgr(saved):
    opened = sdk.load_image(saved(Image.new("RGB", SIZE, (250, 100, 10))))
    assert opened.pixels[0, 0].tolist() == [10, 100, 250]


@pytest.mark.parametrize("white", [65535, 4095, 1023])
def test_sixteen_bits_are_scaled_by_the_depth_in_use(saved, white):
    samples = np.zeros((40, 60), np.uint16)
    samples[:, 30:] = white
    for fmt in ("PNG", "TIFF"):
        assert_half_black(sdk.load_image(saved(Image.fromarray(samples), fmt)))


@pytest.mark.parametrize("white", [1.0, 255.0])
def test_float_tiff(saved, white):
    samples = np.zeros((40, 60), np.float32)
    samples[:, 30:] = white
    samples[0, 0] = np.nan
    assert_half_black(sdk.load_image(saved(Image.fromarray(samples), "TIFF")))


def test_transparency_is_laid_on_white(saved):
    picture = Image.new("RGBA", SIZE, (0, 0, 0, 0))
    picture.paste((0, 0, 0, 255), (0, 0, 30, 40))
    assert_half_black(sdk.load_image(saved(picture)))
    picture = half_black("LA", (0, 255), (0, 0))
    assert_half_black(sdk.load_image(saved(picture)))


def test_white_ink_on_nothing_is_laid_on_black(saved):
    picture = Image.new("RGBA", SIZE, (255, 255, 255, 0))
    picture.paste((255, 255, 255, 255), (30, 0, 60, 40))
    assert_half_black(sdk.load_image(saved(picture)))


def test_transparent_palette_gif(saved):
    picture = half_black("P", 0, 1)
    picture.putpalette([0, 0, 0, 10, 10, 10])
    assert_half_black(sdk.load_image(saved(picture, "GIF", transparency=1)))


def corner():
    """A grey picture with a black top left corner."""
    picture = Image.new("RGB", SIZE, (200, 200, 200))
    picture.paste((0, 0, 0), (0, 0, 10, 10))
    return picture


@pytest.mark.parametrize("fmt", ["JPEG", "PNG", "WEBP", "TIFF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation_is_applied(saved, fmt, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    opened = sdk.load_image(saved(corner(), fmt, exif=exif))
    wide = orientation < 5
    assert (opened.width, opened.height) == ((60, 40) if wide else (40, 60))
    assert opened.pixels.shape[:2] == (opened.height, opened.width)
    # Where row 0, column 0 of the file belongs, EXIF 2.32.
    right, below = orientation in (2, 3, 7, 6), orientation in (3, 4, 7, 8)
    y, x = opened.height - 3 if below else 2, opened.width - 3 if right else 2
    assert opened.pixels[y, x].max() < 60


def test_first_frame_of_an_animation(saved):
    frames = [half_black(), Image.new("L", SIZE, 255)]
    opened = sdk.load_image(saved(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert_half_black(opened)
    assert opened.pages == 1


def test_first_page_of_a_tiff_and_how_many_there_are(saved):
    pages = [half_black(), Image.new("L", (10, 10), 255), Image.new("L", (10, 10), 0)]
    opened = sdk.load_image(saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))
    assert_half_black(opened)
    assert opened.pages == 3


@pytest.mark.parametrize("fmt", ["JPEG", "PNG"])
def test_a_large_picture_is_shrunk_and_its_size_remembered(saved, fmt):
    picture = half_black().convert("RGB").resize((600, 400))
    exif = Image.Exif()
    exif[0x0112] = 6
    opened = sdk.load_image(saved(picture, fmt, exif=exif), 20_000)
    assert (opened.width, opened.height) == (400, 600)
    height, width = opened.pixels.shape[:2]
    assert 15_000 < height * width <= 20_000
    assert height / width == pytest.approx(1.5, rel=0.02)


def test_more_pixels_than_allowed(saved, monkeypatch):
    monkeypatch.setattr(images, "MAX_PIXELS", 1_000_000)
    with pytest.raises(ToolError, match="4 million pixels") as caught:
        sdk.load_image(saved(Image.new("L", (2000, 2000))))
    assert caught.value.reason == "too_large"


def test_a_damaged_file(saved, tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (200, 200, 3), np.uint8)
    path = saved(Image.fromarray(noise), "JPEG")
    whole = (tmp_path / "b7f3c9").read_bytes()
    (tmp_path / "b7f3c9").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ToolError, match="damaged") as caught:
        sdk.load_image(path)
    assert caught.value.reason == "undecodable"


def test_no_image_at_all(tmp_path):
    path = tmp_path / "notes"
    path.write_text("Plain words.")
    with pytest.raises(ToolError, match="not an image") as caught:
        sdk.load_image(path)
    assert caught.value.reason == "unsupported_input"
