"""Images, videos, masks, digests: functions that load their libraries on first use.

Every host loads the SDK, and few tools need all of its libraries.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    from .images import Picture
    from .masks import Rle
    from .video import Frames


def frames(video_path: str | Path, every: int = 1, max_side: int | None = None) -> "Frames":
    """The frames of a video, decoded in a thread ahead of the tool.

    Iterating yields ``(index, time_s, image)``: the frame's number in the video, its time in
    seconds, and the upright picture ``(H, W, 3) uint8 BGR``. ``every`` picks every n-th frame,
    ``max_side`` shrinks pictures whose longer side has more pixels (``.scale`` says by how much).
    Progress is reported automatically. ``.info`` has the upright size, ``fps``, ``duration_s``,
    ``frames_expected``, and after the loop ``frames_read`` and ``truncated``. Leaving the loop
    early stops the thread. Raises ToolError (``undecodable``).
    """
    from .video import Frames

    return Frames(video_path, every, max_side)


def load_image(source: str | Path | bytes, max_pixels: int = 24_000_000) -> "Picture":
    """The first frame or page of an image: ``.pixels``, upright, ``(H, W, 3) uint8 BGR``.

    ``source`` is the file's path or its bytes.

    EXIF orientation is applied, transparency replaced by a background, and deeper samples are
    scaled to 8 bit. A picture of more than ``max_pixels`` is shrunk; ``.width`` and ``.height``
    keep the upright size of the original. Raises ToolError (``undecodable``, ``unsupported_input``,
    ``too_large``).
    """
    from . import images

    return images.load_image(source, max_pixels)


def load_input(args: Mapping[str, Any], max_pixels: int = 24_000_000) -> "Picture":
    """The image in a tool's ``args``, as ``load_image`` returns it.

    It is read from ``image_path``, else ``image_bytes``, else ``image_base64``: a host passes what
    the manifest declares, other callers pass what they have. Raises ToolError as ``load_image``
    does, and (``unsupported_input``) if there is none.
    """
    from . import images

    return images.load_input(args, max_pixels)


def encode_mask(
    mask: "np.ndarray[Any, Any]",
    size: tuple[int, int] | None = None,
    at: tuple[int, int] = (0, 0),
) -> "Rle":
    """Encode a mask ``(h, w)`` as COCO's compressed RLE, ``{"size": [h, w], "counts": text}``.

    ``size`` (height, width) and ``at`` (x, y) place a small mask in a larger picture. Raises
    ValueError if the array is not ``(h, w)``.
    """
    from . import masks

    return masks.encode_mask(mask, size, at)


def decode_mask(rle: "Rle") -> "np.ndarray[Any, Any]":
    """Decode an RLE to a mask ``(h, w)``, bool. Raises ValueError if it does not match its size."""
    from . import masks

    return masks.decode_mask(rle)


def file_digest(path: str | Path) -> str:
    """SHA-256 of a file, hexadecimal. A plugin sets it as its ``model_digest`` so that results can
    be traced to the weights that produced them."""
    import hashlib

    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
