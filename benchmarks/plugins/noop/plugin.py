"""A tool without work."""

import time


class Plugin:
    """``nothing``."""

    def run_tool(self, tool_name, args):
        """Sleep, for that long; usually not at all."""
        if args["seconds"]:
            time.sleep(args["seconds"])
        return {}
