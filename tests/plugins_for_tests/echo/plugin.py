"""A plugin without a model: it answers from its parameters and the size of the file."""

from pathlib import Path

from plugins_app.sdk import ToolError, artifact_path, progress, write_artifact

PIXEL = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108000000003a7e9b550000000a49444154789c63"
    "f80f0001010100b138f6140000000049454e44ae426082"
)


class Plugin:
    """``describe``, ``read`` and ``fail``."""

    def run_tool(self, tool_name, args):
        if tool_name == "fail":
            raise ToolError("The picture is too ugly. Send a nicer one.")
        word = args["word"]
        if tool_name == "read":
            line = {"text": word, "score": 0.9, "bbox": [1, 1, 10, 4]}
            return {"text": word, "lines": [line]}
        progress(1, 2, "half way")
        if args["picture"]:
            write_artifact("pixel.png", PIXEL)
            write_artifact("page.html", "<script>alert(1)</script>", content_type="text/html")
            artifact_path("words.csv").write_text(f"word\n{word}\n")
        spoken = word.upper() if args["mode"] == "loud" else word
        return {
            "words": [spoken] * args["times"],
            "strength": args["strength"],
            "size_bytes": Path(args["image_path"]).stat().st_size,
        }
