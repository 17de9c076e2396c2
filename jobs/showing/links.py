"""Where the parts of an item's page lead.

Page and API addresses work only for the owner, admin addresses for staff who may see everyone's
files, so pages and admin each supply their own.
"""

from collections.abc import Callable
from dataclasses import dataclass

from jobs.models import Artifact


@dataclass(frozen=True)
class Links:
    """Addresses; empty if there is no such page or the reader may not see it."""

    original: str
    """The uploaded file. Without it the page shows no picture at all."""
    thumbnail: str
    result: str
    """The result's JSON, for the page's scripts."""
    download: str
    """The result's JSON as a file download."""
    overlay: str
    mask: str
    plugin: str
    artifact: Callable[[Artifact], str]
    text: str = ""
    earlier: str = ""
    """The item whose result was reused for this one."""
    again: str = ""
    annotate: str = ""
    track_video_form: bool = False
    """Whether the page has the form that requests a track video."""
