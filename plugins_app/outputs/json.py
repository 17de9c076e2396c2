"""Any JSON, stored and shown unchanged."""

from typing import Any

from plugins_app.outputs.base import Fps, OutputKind


class Json(OutputKind):
    """Has no shape, so nothing is read out of it."""

    name = "json"
    rank = 1000
    word = "free JSON"
    sketch = "anything"
    example = {"cat": True}

    def shape(self, result: Any, fps: Fps) -> Any:
        """Returns the result unchanged, even with an envelope."""
        return result


KIND = Json()
