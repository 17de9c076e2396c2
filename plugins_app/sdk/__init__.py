"""The SDK for plugin authors: errors with a reason, artifacts, progress, images, videos, masks.

A plugin can be written without it. The SDK imports nothing from the server, so a plugin that uses
it can be tested on its own. It imports little at the start, because every host loads it.
"""

from .boxes import box_from_corners, box_iou, clip_box
from .call import (
    ARTIFACT_NAME,
    CONTENT_TYPES,
    RESERVED_NAMES,
    Declared,
    Session,
    artifact_path,
    is_declared,
    progress,
    write_artifact,
)
from .errors import REASONS, ToolError
from .on_demand import decode_mask, encode_mask, file_digest, frames, load_image, load_input

API_VERSION = 1
"""Version of the contract between plugin and host; a manifest declares which one it needs."""

__all__ = [
    "API_VERSION",
    "ARTIFACT_NAME",
    "CONTENT_TYPES",
    "REASONS",
    "RESERVED_NAMES",
    "Declared",
    "Session",
    "ToolError",
    "artifact_path",
    "box_from_corners",
    "box_iou",
    "clip_box",
    "decode_mask",
    "encode_mask",
    "file_digest",
    "frames",
    "is_declared",
    "load_image",
    "load_input",
    "progress",
    "write_artifact",
]
