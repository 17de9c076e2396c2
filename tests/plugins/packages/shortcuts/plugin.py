"""No manifest; tools are callables that get named arguments, as the old guide has it."""

import base64

from app.plugins.base import BasePlugin


class Plugin(BasePlugin):
    name = "shortcuts"

    def __init__(self):
        self.model = None
        self.tools = {"count_bytes": self.count_bytes, "later": self.later}
        super().__init__()

    def validate(self):
        self.model = "loaded"

    def run_tool(self, tool_name, args):
        return self.tools[tool_name](**args)

    def count_bytes(self, image_base64: str, factor: int = 1):
        """Count the bytes of an image."""
        count = factor * len(base64.b64decode(image_base64))
        return {"byte_count": count, "model": self.model}

    async def later(self, image_base64: str):
        """Answers in its own time."""
        return {"length": len(image_base64)}
