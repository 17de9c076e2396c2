"""What the server's own plugins work on besides their input: results that are there already.

A host knows no database, so the worker looks the results up and hands over paths.
"""

import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from jobs.drawing import track_video
from jobs.engine.sql import Claim
from jobs.exporting import asking as exports
from jobs.exporting.entries import write_entries
from plugins_app.host import Progress
from plugins_app.finding.registry import InstalledPlugin


@contextlib.contextmanager
def with_sources(
    plugin: InstalledPlugin,
    claim: Claim,
    path: Path,
    workdir: Path,
    on_beat: Callable[[Progress], None],
) -> Iterator[dict[str, Any]]:
    """The parameters of a call; for the server's own plugins, with the paths of what they need.

    ``path`` is the input's, ``on_beat`` is called now and then while results are gathered. Other
    plugins' parameters are handed on as they are. Raises HostFailure, OSError, and what ``on_beat``
    raises.
    """
    if not plugin.manifest.internal:
        yield claim.params
    elif plugin.id == exports.PLUGIN:
        pictures = claim.tool in exports.WITH_PICTURES
        entries = write_entries(claim.job_id, path, workdir, pictures=pictures, on_beat=on_beat)
        yield claim.params | {"entries_path": str(entries)}
    elif "item" in claim.params:
        with track_video.with_result(claim.params) as params:
            yield params
    else:
        yield claim.params
