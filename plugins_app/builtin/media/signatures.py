"""What a file seems to be by its first bytes, to word refusals."""

ACCEPTED = "Accepted are JPEG, PNG, WebP, BMP, GIF, TIFF and AVIF."

IMAGES = (
    (b"\xff\xd8\xff", "JPEG"),
    (b"\x89PNG", "PNG"),
    (b"GIF8", "GIF"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"BM", "BMP"),
)
OTHERS = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a ZIP archive or an office document"),
    (b"\x1a\x45\xdf\xa3", "a video"),
    (b"8BPS", "a Photoshop document"),
    (b"\x00\x00\x01\x00", "an icon"),
)
BRANDS = {
    b"avif": "AVIF",
    b"avis": "AVIF",
}
HEIC = (b"heic", b"heix", b"hevc", b"mif1", b"msf1")


def known_damaged(head: bytes) -> str:
    """The name of an accepted format whose signature stands at the start, or nothing."""
    for signature, name in IMAGES:
        if head.startswith(signature):
            return name
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "WebP"
    return BRANDS.get(head[8:12], "") if head[4:8] == b"ftyp" else ""


def not_accepted(head: bytes) -> str:
    """A sentence on a file that is none of the accepted formats."""
    text = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"<svg" in text or text.startswith(b"<?xml"):
        return f"This is an SVG or XML drawing, which has no pixels; export it as PNG. {ACCEPTED}"
    if head[4:8] == b"ftyp":
        if head[8:12] in HEIC:
            return f"This is a HEIC picture; convert it to JPEG or PNG. {ACCEPTED}"
        return f"This is a video, not an image. {ACCEPTED}"
    for signature, name in OTHERS:
        if head.startswith(signature):
            return f"This is {name}, not an image. {ACCEPTED}"
    if all(byte >= 32 or byte in b"\t\r\n\f" for byte in head):
        return f"This is a text, not an image. {ACCEPTED}"
    return f"This is not an image of a known format. {ACCEPTED}"
