"""Reading a result's file: free JSON of any plugin, of a bounded size."""

import json
from pathlib import Path
from typing import Any

from plugins_app.sdk import ToolError

MAX_BYTES = 32 * 1024 * 1024


def read_result(path: str) -> Any:
    """The document. Raises ToolError: ``too_large``, or ``undecodable`` where it is no JSON."""
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
