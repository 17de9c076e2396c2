"""Waits, holds, hangs or crashes, as asked."""

import ctypes
import os
import time
from pathlib import Path

from plugins_app.sdk import progress


class Plugin:
    """``wait``, ``hold``, ``hang``, ``stick`` and ``crash``."""

    def run_tool(self, tool_name, args):
        if tool_name == "crash":
            os._exit(9)
        if tool_name in ("hang", "stick"):
            progress(1, 2, "stuck")
            ctypes.PyDLL(None).sleep(100_000)  # keeps the interpreter's lock
        if tool_name == "hold":
            while not Path(args["until"]).exists():
                progress(1, 2)
                time.sleep(0.02)
            return {"held": True}
        started = time.monotonic()
        while (passed := time.monotonic() - started) < args["seconds"]:
            progress(passed, args["seconds"])
            time.sleep(0.02)
        return {"waited": args["seconds"]}
