"""The classes of built-in plugins, used in a plain process as those of the original server were."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.factories import picture
from tests.plugins.yolo_tracker import stub_models

ROOT = Path(__file__).resolve().parents[2]
BUILTIN = ROOT / "plugins_app" / "builtin"
PROMPTS = {"boxes": [[4, 4, 20, 20]], "points": [[10, 10]]}
LIMIT_S = 120
RUN = """
import json, sys
from pathlib import Path
from plugin import Plugin

picture, tools, more = json.loads(sys.argv[1])
data = Path(picture).read_bytes()
given = ({"image_path": picture}, {"image_bytes": data}, {"image_bytes": b"not a picture"}, {})
plugin = Plugin()
for tool in tools:
    for one in given:
        try:
            print(json.dumps(plugin.run_tool(tool, {**more, **one})))
        except ValueError as error:
            print(json.dumps(f"{type(error).__name__}: {error}"))
assert not {"django", "jobs", "plugins_app.host"} & set(sys.modules)
"""


def results(plugin, tools, tmp_path):
    """What the tools return or raise: by path, by bytes, by damaged bytes, by nothing."""
    (tmp_path / "picture.png").write_bytes(picture())
    asked = json.dumps([str(tmp_path / "picture.png"), tools, PROMPTS])
    model = stub_models.save(tmp_path, "v8")
    done = subprocess.run(
        [sys.executable, "-c", RUN, asked],
        env={"PATH": os.environ["PATH"], "PYTHONPATH": f"{BUILTIN / plugin}:{ROOT}"}
        | {"YOLO_MODEL": str(model)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
    )
    assert done.returncode == 0, done.stderr
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    return [lines[first : first + 4] for first in range(0, len(lines), 4)]


def image_tools(plugin):
    manifest = json.loads((BUILTIN / plugin / "manifest.json").read_bytes())
    tools = [tool for tool in manifest["tools"] if "image_path" in tool["inputs"]]
    assert all("image_bytes" in tool["inputs"] for tool in tools)
    return [name for tool in tools for name in (tool["id"], *tool.get("aliases", []))]


@pytest.mark.slow
@pytest.mark.parametrize("plugin", ["ocr", "yolo-tracker", "segment", "codes"])
def test_an_image_tool_takes_bytes_under_every_name_it_has(plugin, tmp_path):
    tools = image_tools(plugin)
    assert {"analyze", "default"} < set(tools)
    for tool, (by_path, by_bytes, damaged, nothing) in zip(
        tools, results(plugin, tools, tmp_path), strict=True
    ):
        assert by_bytes == by_path, tool
        assert isinstance(by_path, dict), by_path
        assert damaged.startswith("ToolError: This file is not an image"), tool
        assert nothing.startswith("ToolError: The tool needs an image"), tool
