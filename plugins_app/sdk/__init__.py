"""What a plugin author may use: failing with a reason, files, progress, boxes.

None of it is needed to write a plugin. It imports nothing of the server, so a plugin that uses it
can be tested alone. It imports little, because every host starts with it.
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
"""Of the contract between a plugin and its host: a manifest names the one it was written for."""

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
