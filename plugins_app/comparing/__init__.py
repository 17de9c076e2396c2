"""What differs between two results of one picture or video.

Each thing of either result is in one of five states: ``same``, ``moved`` (the same thing at another
place), ``changed`` (at its place, or near it, with another label or text), ``gone`` (only in the
first) and ``new`` (only in the second). Results are free JSON of any plugin: what does not fit the
shapes of docs/plugins.md is left out, and everything is bounded. No Django.
"""

from plugins_app.comparing.dispatch import compare_files

__all__ = ["compare_files"]
