"""ForgeSyte, a self-hosted computer-vision job server: settings, addresses, processes."""

__version__ = "0.1.0"
