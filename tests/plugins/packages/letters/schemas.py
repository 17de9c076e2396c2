"""Speak as pydantic models do, as far as anybody listens."""


class Input:
    @staticmethod
    def model_json_schema():
        return {
            "title": "Input",
            "type": "object",
            "properties": {
                "image_bytes": {"type": "string", "format": "binary", "title": "Image Bytes"},
                "options": {
                    "anyOf": [{"type": "object", "additionalProperties": True}, {"type": "null"}],
                    "default": None,
                },
            },
            "required": ["image_bytes"],
        }


class Output:
    def __init__(self, **fields):
        self.fields = {"language": None, "error": None, **fields}

    @staticmethod
    def model_json_schema():
        words = ("text", "blocks", "confidence", "language", "error")
        return {"type": "object", "properties": {word: {} for word in words}}

    def model_dump(self, mode="python"):
        return dict(self.fields)
