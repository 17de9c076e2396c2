"""The OCR plugin's manifest is valid and says what the code does."""

import ast
import json

import jsonschema
import pytest

from plugins_app.manifests.schema import MANIFEST_SCHEMA
from tests.plugins.ocr.helpers import PLUGIN


@pytest.fixture
def manifest():
    return json.loads((PLUGIN / "manifest.json").read_text())


def test_it_is_valid(manifest):
    jsonschema.Draft202012Validator(MANIFEST_SCHEMA).validate(manifest)
    (tool,) = manifest["tools"]
    jsonschema.Draft202012Validator.check_schema(tool["params"])
    for word in ("default", "analyze"):
        assert word in tool["aliases"]


def test_every_parameter_is_described_and_has_a_valid_default(manifest):
    (tool,) = manifest["tools"]
    params = tool["params"]
    assert params["additionalProperties"] is False
    for name, schema in params["properties"].items():
        assert {"title", "description", "default", "type"} <= schema.keys(), name
        if schema["type"] in ("number", "integer"):
            assert {"minimum", "maximum"} <= schema.keys(), name
        jsonschema.validate(schema["default"], schema)


def test_the_code_reads_these_parameters_with_these_defaults(manifest):
    (tool,) = manifest["tools"]
    declared = {name: schema["default"] for name, schema in tool["params"]["properties"].items()}
    read = {}
    for node in ast.walk(ast.parse((PLUGIN / "plugin.py").read_text())):
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "args.get":
            name, default = (ast.literal_eval(argument) for argument in node.args)
            read[name] = default
    assert read == declared
