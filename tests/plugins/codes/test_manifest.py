"""The manifest of the codes plugin is valid and says what the code does."""

import ast
import json

import jsonschema

from plugins_app.manifests.manifest import parse_manifest
from tests.plugins.codes.helpers import PLUGIN

import codes_read  # isort: skip

MANIFEST = json.loads((PLUGIN / "manifest.json").read_text())
PROPERTIES = MANIFEST["tools"][0]["params"]["properties"]


def test_it_is_valid_and_canonical():
    assert parse_manifest(MANIFEST).tool("default").id == "read_codes"


def test_every_parameter_is_described_and_has_a_valid_default():
    for schema in PROPERTIES.values():
        assert {"title", "description", "default", "type"} <= schema.keys()
        jsonschema.validate(schema["default"], schema)


def test_the_code_reads_these_parameters_with_these_defaults():
    read = {}
    for node in ast.walk(ast.parse((PLUGIN / "plugin.py").read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "args.get":
            name, default = (ast.literal_eval(argument) for argument in node.args)
            read[name] = default
    assert read == {name: schema["default"] for name, schema in PROPERTIES.items()}


def test_the_formats_are_those_of_the_code():
    rule = PROPERTIES["formats"]
    assert rule["items"]["enum"] == list(codes_read.FORMATS)
    assert ", ".join(codes_read.FORMATS) in rule["description"]
