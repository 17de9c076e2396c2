"""Uploaded images, sound and hostile, through the real probe host."""

import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from plugins_app.finding import registry
from plugins_app.host import HostFailure, PluginHost
from tests.plugins.hosts import call, host_processes, unwatched

pytestmark = pytest.mark.slow

LIMITS = {"max_pixels": 100_000_000, "max_frames": 100}


@pytest.fixture(scope="module")
def probe_host():
    host = PluginHost(registry.get("media"))
    yield host
    host.close()
    assert host_processes() == []


@pytest.fixture
def probe(probe_host, tmp_path):
    """Probes bytes; gives the report and the thumbnail."""

    def run(data, **limits):
        path = tmp_path / "upload"
        path.write_bytes(data)
        asked = call("probe", path, tmp_path, params={**LIMITS, **limits}, memory_mb=1024)
        done = probe_host.call(asked, unwatched)
        (artifact,) = done.artifacts
        assert (artifact.name, artifact.content_type) == ("thumbnail.webp", "image/webp")
        return done.result, Image.open(artifact.path)

    return run


@pytest.fixture
def refusal(probe):
    """Probes bytes that must be refused; gives reason and message."""

    def run(data, **limits):
        with pytest.raises(HostFailure) as caught:
            probe(data, **limits)
        assert not caught.value.retryable
        return caught.value.reason, caught.value.message

    return run


def noise(width, height, bands=3):
    shape = (height, width, bands) if bands > 1 else (height, width)
    return Image.fromarray(np.random.default_rng(1).integers(0, 255, shape, dtype=np.uint8))


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def animated(kind, frames, **options):
    first, *rest = frames
    return saved(first, kind, save_all=True, append_images=rest, **options)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "BMP", "GIF", "TIFF", "AVIF"])
def test_every_accepted_format_is_described(probe, kind):
    report, thumbnail = probe(saved(noise(800, 600), kind))
    assert report == {
        "kind": "image",
        "content_type": f"image/{kind.lower()}",
        "format": kind,
        "width": 800,
        "height": 600,
        "orientation": 1,
        "frame_count": 1,
        "mode": "P" if kind == "GIF" else "RGB",
    }
    assert thumbnail.size == (480, 360)


def test_a_small_image_is_not_enlarged(probe):
    assert probe(saved(noise(30, 20), "PNG"))[1].size == (30, 20)


def test_an_extreme_strip_has_a_thumbnail(probe):
    assert probe(saved(noise(5000, 1), "PNG"))[1].size == (480, 1)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "TIFF", "AVIF"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_rotated_photo_is_measured_and_shown_upright(probe, kind, orientation):
    """The red corner of the stored picture must end where EXIF says the top left is."""
    image = Image.new("RGB", (80, 40), "blue")
    image.paste("red", (0, 0, 20, 10))
    exif = Image.Exif()
    exif[0x0112] = orientation
    report, thumbnail = probe(saved(image, kind, exif=exif))
    sideways = orientation >= 5
    assert report["orientation"] == orientation
    assert (report["width"], report["height"]) == ((40, 80) if sideways else (80, 40))
    assert thumbnail.size == (report["width"], report["height"])
    left, top = {1: (0, 0), 2: (1, 0), 3: (1, 1), 4: (0, 1), 5: (0, 0), 6: (1, 0), 7: (1, 1),
                 8: (0, 1)}[orientation]  # fmt: skip
    x, y = (thumbnail.width - 4 if left else 3), (thumbnail.height - 4 if top else 3)
    red, _green, blue = thumbnail.convert("RGB").getpixel((x, y))
    assert red > 150 > blue


@pytest.mark.parametrize("kind", ["GIF", "PNG", "WEBP", "TIFF", "AVIF"])
def test_the_frames_of_an_animation_are_counted(probe, kind):
    frames = [Image.new("RGB", (40, 30), (i * 40, 0, 0)) for i in range(5)]
    report, thumbnail = probe(animated(kind, frames))
    assert report["frame_count"] == 5
    assert thumbnail.size == (40, 30)


def test_a_phones_second_picture_is_not_a_frame(probe):
    data = animated("MPO", [noise(60, 40), noise(60, 40)])
    report, _thumbnail = probe(data)
    assert (report["format"], report["content_type"]) == ("JPEG", "image/jpeg")
    assert report["frame_count"] == 1


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("top", [65535, 4095])
def test_16_bit_grey_comes_out_neither_white_nor_black(probe, kind, top):
    ramp = np.tile(np.linspace(0, top, 400).astype(np.uint16), (50, 1))
    report, thumbnail = probe(saved(Image.fromarray(ramp), kind))
    assert report["mode"] == "I;16"
    row = [thumbnail.convert("L").getpixel((x, 25)) for x in (20, 200, 380)]
    assert row == pytest.approx([13, 127, 242], abs=8)


@pytest.mark.parametrize("dtype", [np.float32, np.int32])
def test_other_deep_images_are_stretched(probe, dtype):
    ramp = (np.tile(np.linspace(-2, 2, 400), (50, 1)) * 1_000_000).astype(dtype)
    low, high = probe(saved(Image.fromarray(ramp), "TIFF"))[1].convert("L").getextrema()
    assert low < 10
    assert high > 245


def test_a_picture_of_nan_still_has_a_thumbnail(probe):
    nothing = Image.fromarray(np.full((20, 20), np.nan, dtype=np.float32))
    assert probe(saved(nothing, "TIFF"))[1].size == (20, 20)


def test_transparency_is_kept(probe):
    image = Image.new("RGBA", (40, 40), (255, 0, 0, 0))
    assert probe(saved(image, "PNG"))[1].getpixel((20, 20))[3] == 0


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "CMYK", "YCbCr"])
def test_other_modes_have_a_thumbnail(probe, mode):
    kind = "JPEG" if mode in ("CMYK", "YCbCr") else "PNG"
    report, thumbnail = probe(saved(noise(50, 40).convert(mode), kind))
    assert report["width"] == 50
    assert thumbnail.size == (50, 40)


def test_a_text_named_png_is_no_image(refusal):
    reason, message = refusal(b"Dear Sir or Madam,\n")
    assert reason == "unsupported_input"
    assert message.startswith("This is a text file, not an image. Accepted are JPEG, PNG")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b'<svg xmlns="http://www.w3.org/2000/svg"/>', "export it as PNG"),
        (b'<?xml version="1.0"?><svg/>', "export it as PNG"),
        (b"%PDF-1.7\n%\xe2\xe3", "a PDF document"),
        (b"\0\0\0\x18ftypheic\0\0\0\0", "convert it to JPEG or PNG"),
        (b"\0\0\0\x18ftypmp42\0\0\0\0", "This is a video"),
        (b"\x1a\x45\xdf\xa3\x01\0", "a video"),
        (b"PK\x03\x04\0\0", "a ZIP archive"),
        (bytes(range(256)), "not an image of a known format"),
        (saved(Image.new("RGB", (16, 16)), "ICO"), "an icon"),
        (saved(Image.new("RGB", (16, 16)), "PPM"), "not an image of a known format"),
    ],
)
def test_other_files_are_refused_by_name(refusal, data, words):
    reason, message = refusal(data)
    assert reason == "unsupported_input"
    assert words in message


def test_an_empty_file_is_said_to_be_empty(refusal):
    assert refusal(b"") == ("undecodable", "The file is empty.")


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "TIFF", "GIF", "BMP"])
@pytest.mark.parametrize("kept", [0.9, 0.5])
def test_a_truncated_file_is_said_to_be_truncated(refusal, kind, kept):
    data = saved(noise(300, 200), kind)
    reason, message = refusal(data[: int(len(data) * kept)])
    assert reason == "undecodable"
    assert message.startswith(f"The {kind} is truncated: the file ends before the picture does.")


@pytest.mark.parametrize("kind", ["WEBP", "AVIF"])
def test_a_truncated_modern_file_is_undecodable(refusal, kind):
    data = saved(noise(300, 200), kind)
    assert refusal(data[: len(data) // 2])[0] == "undecodable"


def test_only_a_signature_is_a_damaged_file_of_that_format(refusal):
    reason, message = refusal(b"\x89PNG\r\n\x1a\n" + b"nonsense" * 10)
    assert reason == "undecodable"
    assert message.startswith("The PNG is ")


def test_wrong_bytes_in_the_middle_are_a_damaged_file(refusal):
    data = bytearray(saved(noise(300, 200), "PNG"))
    data[20_000:20_400] = b"\xff" * 400
    reason, message = refusal(bytes(data))
    assert reason == "undecodable"
    assert message.startswith("The PNG is damaged and can't be decoded.")


def png_of(width, height):
    """A valid PNG with one bit per pixel, all black: 400 megapixels in 49 KB."""

    def chunk(name, data):
        return (
            struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        )

    compressor = zlib.compressobj(9)
    row = b"\0" * (1 + (width + 7) // 8)
    data = b"".join(compressor.compress(row) for _ in range(height)) + compressor.flush()
    head = struct.pack(">IIBBBBB", width, height, 1, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def test_a_decompression_bomb_is_refused_by_its_declared_size(refusal, probe_host):
    data = png_of(20_000, 20_000)
    assert len(data) < 60_000
    reason, message = refusal(data)
    assert reason == "too_large"
    assert message == (
        "The image has 400 megapixels (20000 x 20000); the limit is 100 megapixels."
        " Make it smaller and upload it again."
    )
    assert probe_host.alive


def test_an_image_at_the_limit_is_taken(probe):
    assert probe(saved(noise(100, 100), "PNG"), max_pixels=10_000)[0]["width"] == 100


def test_one_pixel_over_the_limit_is_refused(refusal):
    assert refusal(saved(noise(101, 100), "PNG"), max_pixels=10_099)[0] == "too_large"


def test_too_many_frames_are_refused(refusal):
    frames = [Image.new("L", (4, 4), i * 10) for i in range(12)]
    reason, message = refusal(animated("GIF", frames), max_frames=10)
    assert reason == "too_large"
    assert "more than 10 frames" in message


def test_as_many_frames_as_allowed_are_taken(probe):
    frames = [Image.new("L", (4, 4), i * 20) for i in range(10)]
    assert probe(animated("GIF", frames), max_frames=10)[0]["frame_count"] == 10


@pytest.mark.parametrize("kind", ["TIFF", "WEBP"])
def test_the_pixels_of_all_frames_count(refusal, kind):
    frames = [Image.new("RGB", (100, 100), (i * 20, 0, 0)) for i in range(10)]
    reason, message = refusal(animated(kind, frames), max_pixels=50_000)
    assert reason == "too_large"
    assert "in its first frames alone" in message


def test_damaged_exif_does_not_spoil_an_image(probe):
    data = saved(noise(30, 20), "JPEG")
    junk = b"Exif\0\0II*\0\x08\0\0\0\xff\xff" + b"\xff" * 30
    segment = b"\xff\xe1" + struct.pack(">H", len(junk) + 2) + junk
    report, _thumbnail = probe(data[:2] + segment + data[2:])
    assert report["orientation"] == 1
