"""The manifests of the two trackers say what their code does."""

import json
import re

import jsonschema
import pytest

from plugins_app.finding.registry import BUILTIN
from plugins_app.manifests.manifest import parse_manifest

PLUGINS = ["motion-tracker", "yolo-tracker"]
READ = re.compile(r'args\.get\("(\w+)"(?:,\s*([^)\]]+))?')


@pytest.fixture(params=PLUGINS)
def plugin(request):
    """Folder and manifest."""
    root = BUILTIN / request.param
    return root, parse_manifest(json.loads((root / "manifest.json").read_text()))


def test_every_parameter_is_described_and_limited(plugin):
    for tool in plugin[1].tools:
        assert tool.params["additionalProperties"] is False
        for name, rule in tool.params["properties"].items():
            assert {"title", "description", "default", "type"} <= rule.keys(), name
            if rule["type"] in ("number", "integer"):
                assert {"minimum", "maximum"} <= rule.keys(), name
            jsonschema.validate(rule["default"], rule)


def test_the_code_reads_these_parameters_with_these_defaults(plugin):
    root, manifest = plugin
    declared = {}
    for tool in manifest.tools:
        for name, rule in tool.params["properties"].items():
            assert declared.setdefault(name, rule["default"]) == rule["default"], name
    read = {}
    for name, default in READ.findall((root / "plugin.py").read_text()):
        if name not in ("video_path", "image_path", "classes"):
            assert read.setdefault(name, json.loads(default)) == declared[name], name
    assert read.keys() == declared.keys() - {"classes"}


def test_the_names_that_people_know_lead_to_the_tools(plugin):
    manifest = plugin[1]
    assert manifest.tool("video_track").output == "tracks"
    assert manifest.tool_for_capability("object_tracking", "video").id == "video_track"
    first = {"motion-tracker": "video_track", "yolo-tracker": "detect_objects"}
    assert manifest.tool("default").id == first[manifest.id]
