"""What files are by their first bytes."""

import re
from pathlib import Path

import pytest
from PIL import Image

from plugins_app.sdk.signatures import HEAD_BYTES, IMAGES, VIDEOS, content_type, format_of
from tests.factories import film, picture

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "plugins_app" / "sdk" / "signatures.py"
SIGNATURES = re.compile(r'b"[^"]*(\\x89PNG|\\xff\\xd8\\xff|GIF8|RIFF|WEBP|ftyp|\\x1a\\x45|PK\\x03)')


@pytest.mark.parametrize("format_", IMAGES, ids=lambda one: one.name)
def test_every_image_format_is_recognised_in_a_real_file(format_):
    data = picture(kind=format_.name.upper())
    assert format_of(data[:HEAD_BYTES]) == format_


@pytest.mark.parametrize("format_", VIDEOS, ids=lambda one: one.name)
def test_every_video_format_is_recognised_in_a_real_file(format_):
    codec = {"WebM": "libvpx-vp9", "AVI": "mpeg4"}.get(format_.name, "libx264")
    data = film(f"a.{format_.extension}", codec=codec)
    assert format_of(data[:HEAD_BYTES]) == format_


@pytest.mark.parametrize(
    ("head", "found"),
    [
        (b"", ""),
        (b"Dear Sir or Madam,\n", ""),
        (b"RIFF\0\0\0\0WAVE", ""),
        (b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "image/heic"),
        (b"\0\0\0\x18ftypmif1\0\0\0\0mif1miaf", "image/heic"),
        (b"\0\0\0\x1cftypmif1\0\0\0\0avifmif1miaf", "image/avif"),
        (b"\0\0\0\x18ftypqt  \0\0\0\0qt  ", "video/quicktime"),
        (b"\0\0\0\x08wide\0\0\0\0mdat", "video/quicktime"),
        (b"PK\x05\x06" + bytes(18), "application/zip"),
        (b"%PDF-1.7\n", "application/pdf"),
        (b'\xef\xbb\xbf <svg xmlns="http://www.w3.org/2000/svg"/>', "image/svg+xml"),
        (b"<!DOCTYPE svg PUBLIC>", "image/svg+xml"),
        (b"MM\0+\0\x08\0\0", "image/tiff"),
    ],
)
def test_what_is_not_taken_is_told_apart(head, found):
    assert content_type(head) == found


def test_pillow_knows_every_image_format_by_its_name():
    Image.init()
    assert {one.name.upper() for one in IMAGES} <= set(Image.OPEN)


def test_no_other_file_has_signatures_of_its_own():
    apart = [
        str(path.relative_to(ROOT))
        for part in ("forgesyte", "jobs", "plugins_app")
        for path in (ROOT / part).rglob("*.py")
        if path != TABLE and SIGNATURES.search(path.read_text())
    ]
    assert apart == []
