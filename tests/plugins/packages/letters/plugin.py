"""No manifest; tools on the instance, handlers by name, pydantic-like schemas and results."""

from .schemas import Input, Output


class Plugin:
    name = "letters_by_hand"

    def __init__(self):
        self.loads = 0
        self.tools = {
            "analyze": {
                "description": "Extract text and blocks from an image",
                "input_schema": Input.model_json_schema(),
                "output_schema": Output.model_json_schema(),
                "handler": "analyze",
            }
        }

    def on_load(self):
        self.loads += 1

    def run_tool(self, tool_name, args):
        if tool_name == "analyze":
            return self.analyze(image_bytes=args.get("image_bytes"), options=args.get("options"))
        raise ValueError(f"Unknown tool: {tool_name}")

    def analyze(self, image_bytes, options=None):
        if (options or {}).get("language") == "tlh":
            return Output(text="", blocks=[], confidence=0.0, error="No such language: tlh")
        word = f"{len(image_bytes)} bytes, loaded {self.loads} time"
        box = {"x": 1, "y": 2, "width": 30, "height": 10}
        block = {"text": word, "confidence": 87.5, "bbox": box, "level": 5}
        return Output(text=word, blocks=[block], confidence=0.875, language=options.get("language"))
