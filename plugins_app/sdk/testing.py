"""Gives a tool what the host gives it, for plugin authors' tests.

from forgesyte_sdk.testing import session

def test_a_mask_is_written(tmp_path):
    with session(tmp_path) as call:
        Plugin().run_tool("find_spots", {"image_path": "square.png", "threshold": 200})
    assert call.artifacts["mask.png"].content_type == "image/png"
    assert call.path("mask.png").stat().st_size > 0
    assert call.progress[-1] == (0.5, "grouping pixels")
"""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .call import Session, bind


class Recorded(Session):
    """A call that records its progress.

    ``artifacts`` has what was announced, by name. ``progress`` lists the reports in order, each
    ``(fraction, note)``; the fraction is 0..1, or None if the total was unknown.
    """

    def __init__(self, workdir: Path) -> None:
        super().__init__(workdir, lambda fraction, note: self.progress.append((fraction, note)))
        self.progress: list[tuple[float | None, str]] = []

    def path(self, artifact: str) -> Path:
        """Where an artifact was written. Raises KeyError if it was not announced."""
        return self.workdir / self.artifacts[artifact].name


@contextmanager
def session(workdir: str | Path | None = None) -> Iterator[Recorded]:
    """A call in progress, as the host sets one up before ``run_tool``.

    Artifacts go to ``workdir``, or to a temporary folder that is removed at the end. Raises
    AssertionError at the end if an artifact was announced but not written: the host would count
    that as a failure.
    """
    if workdir is None:
        with tempfile.TemporaryDirectory(prefix="forgesyte-") as folder, session(folder) as call:
            yield call
        return
    call = Recorded(Path(workdir))
    before = bind(call)
    try:
        yield call
    finally:
        bind(before)
    missing = [name for name in call.artifacts if not call.path(name).is_file()]
    if missing:
        raise AssertionError(f"Announced, but not written: {', '.join(missing)}.")
