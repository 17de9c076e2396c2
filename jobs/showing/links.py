"""Where the parts of an item's page lead.

The addresses of pages and API are for a thing's owner, those of the admin for staff who may see
everybody's, so each edge gives its own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from jobs.models import Artifact


@dataclass(frozen=True)
class Links:
    """Addresses; one is empty where the edge has no such place or the reader may not see it."""

    original: str
    """The uploaded file. Without it the page shows no picture at all."""
    thumbnail: str
    result: str
    """The result's JSON, for the page's scripts."""
    download: str
    """The same as a file."""
    overlay: str
    mask: str
    plugin: str
    artifact: Callable[[Artifact], str]
    text: str = ""
    earlier: str = ""
    """The item whose result stands in place of this one's."""
    again: str = ""
    annotate: str = ""
    track_video_form: bool = False
    """Whether the page has the form that asks for the video with the tracks."""
