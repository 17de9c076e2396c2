"""The manifest says what the code does."""

import json
import re

import jsonschema

from plugins_app.manifests.manifest import parse_manifest
from tests.plugins.segment.conftest import PLUGIN

import segment_sam2  # isort: skip
import segment_sam3  # isort: skip

MANIFEST = json.loads((PLUGIN / "manifest.json").read_text())
READ = re.compile(r'args\.get\("(\w+)"(?:,\s*([^)\]]+))?')


def properties():
    return [rule for tool in MANIFEST["tools"] for rule in tool["params"]["properties"].items()]


def test_it_is_valid_and_its_tools_take_what_is_drawn_on_images():
    manifest = parse_manifest(MANIFEST)
    assert manifest.tool("default").id == "inside_box"
    prompts = {tool.id: set(tool.prompts) for tool in manifest.tools}
    assert prompts == {"inside_box": {"boxes"}, "at_points": {"points"},
                       "find_all": {"boxes", "text"}}  # fmt: skip


def test_every_parameter_is_described_and_limited():
    for name, rule in properties():
        assert {"title", "description", "default", "type"} <= rule.keys(), name
        jsonschema.validate(rule["default"], rule)
        if rule["type"] in ("number", "integer"):
            assert {"minimum", "maximum"} <= rule.keys(), name
        if rule["type"] == "array":
            assert "maxItems" in rule, name


def test_labels_are_those_of_the_choices():
    for name, rule in properties():
        if "x-labels" in rule:
            assert list(rule["x-labels"]) == rule["enum"], name


def test_the_code_reads_these_parameters_with_these_defaults():
    declared = {name: rule["default"] for name, rule in properties()}
    read = set()
    for file in ("plugin.py", "segment_prompts.py"):
        for name, default in READ.findall((PLUGIN / file).read_text()):
            read.add(name)
            if default:
                assert json.loads(default) == declared[name], name
    assert read == declared.keys()


def test_the_host_passes_on_the_variables_that_the_code_reads():
    names = [segment_sam2.ENCODER, segment_sam2.DECODER, segment_sam3.MODEL, segment_sam3.TOKENIZER]
    assert MANIFEST["requires"]["optional_env"] == names
