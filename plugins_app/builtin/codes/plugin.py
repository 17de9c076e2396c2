"""Reads QR and bar codes in images: tool `read_codes`."""

from __future__ import annotations

from typing import Any

import codes_read
import cv2

from plugins_app import sdk


class Plugin:
    """The built-in code reader. It needs no model."""

    def on_load(self) -> None:
        """Use one thread, because several hosts run at the same time."""
        cv2.setNumThreads(1)

    def run_tool(self, tool_name: str, args: dict[str, Any]) -> dict[str, Any]:
        """Run `read_codes` on an image: args["image_path"] or args["image_bytes"].

        Returns {"codes": [{"format", "text", "polygon", "bbox", "base64"?}], "width", "height"} in
        pixels of the upright image; `base64` has the content if it isn't the text in UTF-8.
        Raises ToolError for an unknown tool and for images that can't be read.
        """
        if tool_name not in ("read_codes", "default", "analyze"):
            raise sdk.ToolError(f"The codes plugin has no tool '{tool_name}'. It has read_codes.")
        picture = sdk.load_input(args)
        grey = cv2.cvtColor(picture.pixels, cv2.COLOR_BGR2GRAY)
        found = codes_read.read_codes(
            grey,
            list(args.get("formats", [])),
            bool(args.get("try_harder", True)),
            int(args.get("limit", 100)),
        )
        factor = (picture.width / grey.shape[1], picture.height / grey.shape[0])
        codes = []
        for code in found:
            code.corners[:] *= factor
            codes.append(code.entry(picture.width, picture.height))
        return {"codes": codes, "width": picture.width, "height": picture.height}
