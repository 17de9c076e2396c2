"""Explains why a file can't be read as an image, from its first bytes."""

from plugins_app.sdk.signatures import ACCEPTED_IMAGES, IMAGES, content_type

ACCEPTED = f"Accepted are {ACCEPTED_IMAGES}."
OTHERS = {
    "application/pdf": "a PDF document",
    "application/zip": "a ZIP archive or an office document",
    "image/vnd.adobe.photoshop": "a Photoshop document",
    "image/vnd.microsoft.icon": "an icon",
}


def known_damaged(head: bytes) -> str:
    """The name of the accepted format whose signature the file starts with, or an empty text."""
    found = content_type(head)
    return next((one.name for one in IMAGES if one.content_type == found), "")


def not_accepted(head: bytes) -> str:
    """A sentence about a file that doesn't have an accepted format."""
    found = content_type(head)
    if found == "image/svg+xml" or b"<svg" in head.lower():
        return f"This is an SVG or XML drawing, which has no pixels; export it as PNG. {ACCEPTED}"
    if found == "image/heic":
        return f"This is a HEIC picture; convert it to JPEG or PNG. {ACCEPTED}"
    if found in OTHERS or found.startswith("video/"):
        return f"This is {OTHERS.get(found, 'a video')}, not an image. {ACCEPTED}"
    if all(byte >= 32 or byte in b"\t\r\n\f" for byte in head):
        return f"This is a text file, not an image. {ACCEPTED}"
    return f"This is not an image of a known format. {ACCEPTED}"
