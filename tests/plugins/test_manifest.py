"""Manifests: what is accepted, how it is spelled in the end, and how mistakes are named."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from plugins_app.manifests.manifest import (
    MANIFEST_SCHEMA,
    ManifestError,
    UnknownTool,
    parse_manifest,
)
from plugins_app.manifests.schema import OUTPUTS, PROMPTS
from plugins_app.manifests.spellings import INPUT_KINDS
from plugins_app.sdk import API_VERSION

SMALL = {
    "id": "small",
    "name": "Small",
    "version": "1.0.0",
    "tools": [{"id": "run", "inputs": ["image_path"]}],
}


def changed(path, value):
    """SMALL with the value at a path of keys replaced."""
    data = copy.deepcopy(SMALL)
    place = data
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    return data


def with_params(params):
    return changed(["tools", 0, "params"], params)


def test_a_small_manifest_gets_every_default():
    manifest = parse_manifest(SMALL)
    tool = manifest.tools[0]
    assert manifest.entrypoint == "plugin:Plugin"
    assert (tool.title, tool.output, tool.lane) == ("Run", "json", "cpu")
    assert (tool.timeout_s, tool.memory_mb, tool.deterministic) == (300, 2048, True)
    assert tool.params == {"type": "object", "properties": {}, "additionalProperties": False}
    assert tool.kinds == {"image"}
    assert not manifest.internal


def test_a_manifest_may_say_which_version_of_the_contract_it_was_written_for():
    assert parse_manifest(SMALL).api == 0
    assert "api" not in parse_manifest(SMALL).canonical()
    said = parse_manifest(changed(["api"], API_VERSION))
    assert said.canonical()["api"] == said.api == API_VERSION
    assert parse_manifest(said.canonical()) == said


@pytest.mark.parametrize("api", [0, -1, True, "1", 1.5, None])
def test_the_version_of_the_contract_is_a_whole_number(api):
    with pytest.raises(ManifestError, match=r"^\$\.api: must be"):
        parse_manifest(changed(["api"], api))


def test_what_only_a_newer_contract_has_is_not_called_a_mistake():
    newer = changed(["api"], API_VERSION + 1) | {"dreams": True}
    with pytest.raises(ManifestError, match=r"^It was written for version 2 of the plugin contr"):
        parse_manifest(newer)
    assert parse_manifest(changed(["api"], API_VERSION + 1)).api == API_VERSION + 1


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({"x-labels": ["Fast"]}, "x-labels: must be an object"),
        ({"x-labels": {"a": 1}}, "x-labels.a: must be a text"),
        ({"x-advanced": "yes"}, "x-advanced: must be true or false"),
    ],
)
def test_how_forms_show_a_parameter_is_checked(rule, place):
    with pytest.raises(ManifestError) as error:
        parse_manifest(with_params({"type": "object", "properties": {"a": rule}}))
    assert place in str(error.value).replace("['x-labels']", ".x-labels").replace(
        "['x-advanced']", ".x-advanced"
    )


def test_the_published_schema_is_valid_and_accepts_the_canonical_form():
    Draft202012Validator.check_schema(MANIFEST_SCHEMA)
    canonical = parse_manifest(SMALL).canonical()
    assert not list(Draft202012Validator(MANIFEST_SCHEMA).iter_errors(canonical))


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ([], "$: must be an object, not []."),
        ({}, "$: missing: id, name, version, tools."),
        (changed(["id"], "Big Letters"), '$.id: "Big Letters" is not an id of a-z, 0-9, - and _.'),
        (changed(["id"], "new\nline"), '$.id: "new\\nline" is not an id of a-z, 0-9, - and _.'),
        (changed(["version"], ""), '$.version: "" is not a version, such as 1.0.0.'),
        (changed(["tools"], []), "$.tools: must not be empty."),
        (changed(["tools"], "run"), '$.tools: must be a list, not "run".'),
        (changed(["tools", 0], 7), "$.tools[0]: must be an object, not 7."),
        (changed(["toolz"], []), "$: unknown key 'toolz'. Did you mean tools?"),
        (changed(["tools", 0, "memory_gb"], 2), "$.tools[0]: unknown key 'memory_gb'."),
        (
            changed(["tools", 0, "inputs"], ["sound"]),
            (
                "$.tools[0].inputs[0]: must be one of"
                ' image_bytes, image_base64, image_path, video_path, not "sound".'
            ),
        ),
        (changed(["tools", 0, "inputs"], []), "$.tools[0].inputs: must not be empty."),
        (
            changed(["tools", 0, "timeout_s"], 0),
            "$.tools[0].timeout_s: must be more than 0, not 0.",
        ),
        (
            changed(["tools", 0, "memory_mb"], 1),
            "$.tools[0].memory_mb: must be at least 64, not 1.",
        ),
        (
            changed(["tools", 0, "timeout_s"], float("nan")),
            "$.tools[0].timeout_s: is NaN, which JSON does not have.",
        ),
        (
            changed(["name"], "a\0b"),
            "$.name: has a NUL character, which can't be stored.",
        ),
        (
            changed(["entrypoint"], "../evil.py"),
            '$.entrypoint: "../evil.py" is not an entry point, such as plugin:Plugin.',
        ),
        (
            changed(["requires"], {"env": ["a b"]}),
            '$.requires.env[0]: "a b" is not a variable\'s name.',
        ),
        (
            changed(
                ["tools"], [SMALL["tools"][0], {"id": "x", "inputs": ["video"], "aliases": ["run"]}]
            ),
            "$.tools[1]: the name 'run' is already used by $.tools[0].",
        ),
        (with_params(7), "$.tools[0].params: must be an object, not 7."),
        (
            with_params({"score": {"type": "nummer"}}),
            (
                "$.tools[0].params.properties.score.type: is not valid JSON Schema:"
                " 'nummer' is not valid under any of the given schemas."
            ),
        ),
        (
            with_params({"score": {"type": "number", "maximum": 1, "default": 3}}),
            "$.tools[0].params.properties.score.default: must be at most 1, not 3.",
        ),
        (
            with_params({"score": {"$ref": "http://example.org/schema.json"}}),
            (
                "$.tools[0].params: the reference 'http://example.org/schema.json'"
                " points to nothing in this schema."
            ),
        ),
        (
            with_params({"score": {"$ref": "#/$defs/none"}}),
            "$.tools[0].params: the reference '#/$defs/none' points to nothing in this schema.",
        ),
        (
            with_params({"type": "object", "properties": {"options": {"type": "string"}}}),
            "",
        ),
    ],
)
def test_a_mistake_is_named_with_its_path(data, message):
    if not message:  # the host's own names are left out, as older manifests list them
        assert parse_manifest(data).tools[0].params["properties"] == {}
        return
    with pytest.raises(ManifestError) as caught:
        parse_manifest(data)
    assert str(caught.value).startswith(message)


def test_deep_nesting_is_refused():
    deep = {}
    for _ in range(100_000):
        deep = {"a": deep}
    with pytest.raises(ManifestError, match="nested"):
        parse_manifest(changed(["requires"], deep))


@pytest.mark.parametrize(
    ("tool", "inputs", "names"),
    [
        ({"inputs": ["image_bytes"]}, ("image_bytes",), []),
        ({"input_types": ["video"]}, ("video_path",), []),
        ({"inputs": ["image"]}, ("image_bytes",), []),
        (
            {"inputs": {"frame_base64": "string", "device": "string", "annotated": "boolean"}},
            ("image_base64",),
            ["device", "annotated"],
        ),
        (
            {"input_types": ["image_bytes"], "inputs": {"image_base64": "string", "psm": "int"}},
            ("image_bytes", "image_base64"),
            ["psm"],
        ),
        (
            {
                "input_schema": {
                    "type": "object",
                    "properties": {"image_bytes": {"type": "string"}, "n": {"type": "integer"}},
                    "required": ["image_bytes", "n"],
                }
            },
            ("image_bytes",),
            ["n"],
        ),
        (
            {"inputs": ["video_path"], "parameters": {"every": "integer?"}},
            ("video_path",),
            ["every"],
        ),
    ],
)
def test_every_spelling_of_inputs_ends_in_the_canonical_one(tool, inputs, names):
    parsed = parse_manifest(changed(["tools", 0], {"id": "run", **tool})).tools[0]
    assert parsed.inputs == inputs
    assert list(parsed.params["properties"]) == names
    assert set(parsed.params.get("required", [])) <= set(names)


def test_tools_may_be_a_map_and_types_may_be_words():
    tools = {"track": {"inputs": {"video": "string", "gap": "int", "note": "string?"}}}
    tool = parse_manifest(changed(["tools"], tools)).tool("track")
    assert tool.params["properties"] == {
        "gap": {"title": "Gap", "type": "integer"},
        "note": {"title": "Note", "type": ["string", "null"]},
    }


@pytest.mark.parametrize(
    ("words", "output"),
    [
        ({"output": "masks"}, "masks"),
        ({"outputs": {"detections": "array", "image": "string?"}}, "detections"),
        ({"output_types": ["text", "blocks"]}, "text"),
        ({"output_schema": {"properties": {"frames": {}}}}, "tracks"),
        ({"outputs": {"result": "object"}}, "json"),
    ],
)
def test_every_spelling_of_outputs_ends_in_one_word(words, output):
    assert (
        parse_manifest(changed(["tools", 0], {**SMALL["tools"][0], **words})).tools[0].output
        == output
    )


def test_words_of_the_whole_plugin_become_capabilities_of_tools_of_that_name():
    data = {**SMALL, "author": "Somebody", "type": "x", "capabilities": ["run", "other"]}
    assert parse_manifest(data).tools[0].capabilities == ("run",)


def two_tools(**second):
    first = {"id": "read", "inputs": ["image_path"], "aliases": ["analyze"], "capabilities": ["c"]}
    other = {"id": "watch", "inputs": ["video_path"], "capabilities": ["c"], **second}
    return parse_manifest(changed(["tools"], [first, other]))


def test_a_tool_is_found_by_id_alias_and_default():
    manifest = two_tools()
    assert manifest.tool("watch").id == "watch"
    assert manifest.tool("analyze").id == "read"
    assert manifest.tool("default").id == "read"
    assert two_tools(aliases=["default"]).tool("default").id == "watch"


def test_an_unknown_tool_lists_those_there_are():
    with pytest.raises(UnknownTool, match=r"Plugin small has no tool 'x'\. It has: read, watch\."):
        two_tools().tool("x")


def test_a_capability_leads_to_the_first_tool_that_takes_the_medium():
    manifest = two_tools()
    assert manifest.tool_for_capability("c", "image").id == "read"
    assert manifest.tool_for_capability("c", "video").id == "watch"
    with pytest.raises(UnknownTool, match=r"capability 'd' for a image\. It has: c\."):
        manifest.tool_for_capability("d", "image")


names = st.from_regex(r"[a-z][a-z0-9_]{0,10}", fullmatch=True)
scalars = st.one_of(
    st.fixed_dictionaries({"type": st.just("integer"), "default": st.integers(-1000, 1000)}),
    st.fixed_dictionaries({"type": st.just("boolean")}),
    st.fixed_dictionaries({"type": st.just("string"), "maxLength": st.integers(0, 50)}),
    st.sampled_from(["string", "int", "float?", "bool", "array"]),
)
inputs = st.one_of(
    st.lists(st.sampled_from([*INPUT_KINDS, "image", "video"]), min_size=1, max_size=3),
    st.fixed_dictionaries({"image_bytes": st.just("string")}, optional={"speed": scalars}),
)
tools = st.fixed_dictionaries(
    {"inputs": inputs},
    optional={
        "title": st.text(
            st.characters(codec="utf-8", exclude_characters="\0"), min_size=1, max_size=9
        ),
        "params": st.dictionaries(names, scalars, max_size=3),
        "output": st.sampled_from(OUTPUTS),
        "prompts": st.lists(st.sampled_from(PROMPTS), unique=True),
        "timeout": st.integers(1, 1000),
        "capabilities": st.lists(names, unique=True, max_size=2),
    },
)
manifests = st.builds(
    lambda name, tools: {"id": name, "name": name, "version": "1", "tools": tools},
    names,
    st.dictionaries(names, tools, min_size=1, max_size=3),
)


@given(manifests)
def test_the_canonical_form_of_the_canonical_form_is_itself(data):
    manifest = parse_manifest(data)
    canonical = manifest.canonical()
    assert parse_manifest(json.loads(json.dumps(canonical))) == manifest
    assert parse_manifest(canonical).canonical() == canonical
    assert not list(Draft202012Validator(MANIFEST_SCHEMA).iter_errors(canonical))


def complaint(data):
    """What is wrong with a manifest; ``$`` where nothing is."""
    try:
        parse_manifest(data)
    except ManifestError as error:
        return str(error)
    return "$"


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)
keys = st.sampled_from([*MANIFEST_SCHEMA["properties"], "capabilities", "author"])
tool_keys = st.sampled_from(["id", "inputs", "params", "input_schema", "outputs", "aliases"])


@given(
    st.dictionaries(
        keys, anything | st.lists(st.dictionaries(tool_keys, anything), max_size=2), max_size=5
    )
)
def test_nonsense_is_refused_with_a_path_and_nothing_else(data):
    """Of a manifest for a later version of the contract, only that is said."""
    said = complaint({**SMALL, **data})
    assert said.startswith("$") or "of the plugin contract" in said
