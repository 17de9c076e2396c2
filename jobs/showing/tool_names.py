"""What people call tools: by their titles, on every page."""

from typing import Any

from jobs.results.outputs import Named, tool_titles


def titles_of(request: Any) -> dict[Named, str]:
    """``tool_titles()``, queried once per request."""
    if not hasattr(request, "tool_titles"):
        request.tool_titles = tool_titles()
    titles: dict[Named, str] = request.tool_titles
    return titles
