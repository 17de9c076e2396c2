"""Any JSON: it is kept and shown as it is."""

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
        """Not even an envelope is opened."""
        return result


KIND = Json()
