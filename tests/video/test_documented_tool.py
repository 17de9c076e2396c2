"""The video tool that docs/plugins.md shows works as it stands there."""

import re
import sys
from pathlib import Path

from plugins_app.sdk import alias
from tests.video.clips import clip

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "plugins.md").read_text()


def test_the_tool_of_the_page_yields_frames_and_returns_the_rest(tmp_path, monkeypatch):
    code = re.search(r"```python title=video_tool.py\n(.*?)```", PAGE, re.DOTALL)[1]
    monkeypatch.setattr(sys, "meta_path", [*sys.meta_path])
    alias.install()  # as a host does
    space = {}
    exec(compile(code, "video_tool.py", "exec"), space)
    made = space["Plugin"]().run_tool("any", {"video_path": clip(tmp_path / "a.mp4", frames=5)})
    frames = []
    while True:
        try:
            frames.append(next(made))
        except StopIteration as end:
            rest = end.value
            break
    assert [frame["frame"] for frame in frames] == [0, 1, 2, 3, 4]
    assert rest == {"bright_frames": 0, "truncated": False}
