"""The oldest kind: no manifest and no tools, only analyze(); and no __init__.py either."""

from app.models import AnalysisResult, PluginMetadata


class Plugin:
    name = "palette"
    version = "1.1.0"

    def metadata(self):
        return PluginMetadata(
            name=self.name,
            version=self.version,
            description="Map colours to blocks",
            inputs=["image"],
            outputs=["text", "blocks", "confidence"],
            config_schema={
                "threshold": {"type": "float", "default": 25.0, "min": 1.0, "max": 100.0},
                "dithering": {"type": "boolean", "default": False},
            },
        )

    def analyze(self, image_bytes, options=None):
        if options["threshold"] > 99:
            return AnalysisResult(text="", blocks=[], confidence=0.0, language=None, error="Dim")
        text = f"{len(image_bytes)} bytes at {options['threshold']}"
        return AnalysisResult(text=text, blocks=[], confidence=1.0, language=None, error=None)
