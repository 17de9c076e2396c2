"""ForgeSyte, a self-hosted computer-vision job server: settings, URLs, processes."""

__version__ = "0.1.0"
