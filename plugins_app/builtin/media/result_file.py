"""Reads a result's file: arbitrary JSON from any plugin, up to a limited size."""

import json
from pathlib import Path
from typing import Any

from plugins_app.sdk import ToolError

MAX_BYTES = 32 * 1024 * 1024


def read_result(path: str) -> Any:
    """The parsed JSON. Raises ToolError: ``too_large``, or ``undecodable`` if it isn't JSON."""
    file = Path(path)
    if file.stat().st_size > MAX_BYTES:
        limit_mb = MAX_BYTES // (1024 * 1024)
        raise ToolError(
            f"The result is larger than {limit_mb} MB, too large for this. Download it instead.",
            reason="too_large",
        )
    try:
        return json.loads(file.read_bytes())
    except (ValueError, RecursionError) as error:
        raise ToolError("The result can't be read as JSON.", reason="undecodable") from error
