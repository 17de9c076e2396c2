"""Form fields and table rows from a tool's JSON Schema."""

import pytest

from plugins_app.manifests.manifest import parse_manifest
from plugins_app.pages.fields import FOLD_ABOVE, all_fields, form_fields, form_values, given_only


def tool(properties, **more):
    manifest = {
        "id": "p", "name": "P", "version": "1",
        "tools": [{"id": "t", "inputs": ["image_path"],
                   "params": {"type": "object", "properties": properties, **more}}],
    }  # fmt: skip
    return parse_manifest(manifest).tool("t")


def only(rule, **more):
    return all_fields(tool({"x": rule}, **more))[0]


@pytest.mark.parametrize(
    ("rule", "widget"),
    [
        ({"type": "integer"}, "number"),
        ({"type": ["number", "null"]}, "number"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "number"),
        ({"type": "boolean"}, "checkbox"),
        ({"enum": ["a", "b"]}, "select"),
        ({"type": "string"}, "text"),
        ({"type": "string", "maxLength": 5000}, "textarea"),
        ({"type": "array", "items": {"type": "string"}}, "text"),
        ({"type": "object"}, "textarea"),
        ({}, "text"),
    ],
)
def test_each_type_has_its_widget(rule, widget):
    assert only(rule).widget == widget


@pytest.mark.parametrize(
    ("rule", "sentence"),
    [
        ({"type": "number", "minimum": 0, "maximum": 1}, "0 to 1"),
        ({"type": "integer", "minimum": 3}, "at least 3"),
        ({"type": "number", "exclusiveMinimum": 0, "maximum": 5}, "at most 5, more than 0"),
        ({"enum": ["a", "b"]}, "a, b"),
        ({"type": "string", "maxLength": 9}, "up to 9 characters"),
        ({"type": "string"}, ""),
    ],
)
def test_limits_are_words(rule, sentence):
    assert only(rule).limits == sentence


def test_a_choice_without_default_may_stay_unset():
    assert [choice.value for choice in only({"enum": ["a"]}).choices] == ["", "a"]
    assert [choice.value for choice in only({"enum": ["a"], "default": "a"}).choices] == ["a"]


def test_a_parameter_without_default_that_must_be_given_is_marked():
    assert only({"type": "string"}, required=["x"]).required
    assert not only({"type": "string", "default": ""}, required=["x"]).required


def test_many_parameters_are_folded_but_never_the_required_ones():
    rules = {f"p{n}": {"type": "integer"} for n in range(FOLD_ABOVE + 2)}
    last = f"p{FOLD_ABOVE + 1}"
    fields = form_fields(tool(rules, required=[last]))
    assert [field.name for field in fields.advanced] == [f"p{FOLD_ABOVE}"]
    assert fields.main[-1].name == last


def test_the_schema_says_what_is_advanced():
    fields = form_fields(tool({"a": {"type": "integer", "x-advanced": True}, "b": {}}))
    assert [field.name for field in fields.main] == ["b"]
    assert [field.name for field in fields.advanced] == ["a"]


def test_folded_fields_with_errors_are_shown():
    one = tool({"a": {"type": "integer", "x-advanced": True}})
    assert form_fields(one, {"a": "x"}, {"a": "a must be a number."}).advanced_has_errors
    assert not form_fields(one, {"a": "1"}, {}).advanced_has_errors


def test_limits_are_attributes_that_browsers_check():
    rule = {"type": "number", "minimum": 0, "maximum": 5, "multipleOf": 0.5}
    assert only(rule).attrs == {"min": "0", "max": "5", "step": "0.5"}
    assert only({"type": "string", "maxLength": 9}).html_attrs == ' maxlength="9"'


def test_empty_fields_are_not_given_except_texts_with_a_default():
    one = tool({"n": {"type": "integer", "default": 1}, "s": {"type": "string", "default": "x"},
                "t": {"type": "string"}})  # fmt: skip
    sent = form_values(one, {"n": "", "s": "", "t": ""})
    assert given_only(one, sent) == {"s": ""}
