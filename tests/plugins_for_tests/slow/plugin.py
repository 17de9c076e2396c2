"""Waits, hangs or crashes, as asked."""

import ctypes
import os
import time

from plugins_app.sdk import progress


class Plugin:
    """``wait``, ``hang`` and ``crash``."""

    def run_tool(self, tool_name, args):
        if tool_name == "crash":
            os._exit(9)
        if tool_name == "hang":
            ctypes.PyDLL(None).sleep(100_000)  # keeps the interpreter's lock
        started = time.monotonic()
        while (passed := time.monotonic() - started) < args["seconds"]:
            progress(passed, args["seconds"])
            time.sleep(0.02)
        return {"waited": args["seconds"]}
