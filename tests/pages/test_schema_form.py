"""A form and table rows from a tool's JSON Schema."""

import pytest

from plugins_app.manifests.manifest import parse_manifest
from plugins_app.manifests.params import InvalidParams, normalise
from plugins_app.pages.schema_form import FOLD_ABOVE, SchemaForm


def tool(properties, **more):
    manifest = {
        "id": "p", "name": "P", "version": "1",
        "tools": [{"id": "t", "inputs": ["image_path"],
                   "params": {"type": "object", "properties": properties, **more}}],
    }  # fmt: skip
    return parse_manifest(manifest).tool("t")


def only(rule, **more):
    return SchemaForm(tool({"x": rule}, **more)).fields["x"]


def sent(tool, **texts):
    form = SchemaForm(tool, texts)
    assert form.is_valid(), form.errors
    return form.cleaned_data


def names(fields):
    return [one.name for one in fields]


@pytest.mark.parametrize(
    ("rule", "kind"),
    [
        ({"type": "integer"}, "number"),
        ({"type": ["number", "null"]}, "number"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "number"),
        ({"type": "boolean"}, "checkbox"),
        ({"type": ["boolean", "null"]}, "select"),
        ({"enum": ["a", "b"]}, "select"),
        ({"type": "string"}, "text"),
        ({"type": "string", "maxLength": 5000}, "textarea"),
        ({"type": "array", "items": {"type": "string"}}, "text"),
        ({"type": "object"}, "textarea"),
        ({}, "text"),
    ],
)
def test_each_type_has_its_widget(rule, kind):
    assert only(rule).kind == kind


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
    labels = {"enum": ["a"], "x-labels": {"a": "The first"}}
    assert only(labels).widget.choices == [("", "Not set"), ("a", "The first")]
    assert only({"enum": ["a"], "default": "a"}).widget.choices == [("a", "a")]


def test_yes_no_or_neither():
    """A checkbox would say no where nobody has said anything."""
    one = tool({"x": {"type": ["boolean", "null"], "default": None}})
    assert sent(one, x="") == {}
    assert sent(one, x="true") == {"x": True}
    assert sent(one, x="false") == {"x": False}


def test_a_parameter_without_default_that_must_be_given_is_marked():
    assert only({"type": "string"}, required=["x"]).must_be_given
    assert not only({"type": "string", "default": ""}, required=["x"]).must_be_given


def test_many_parameters_are_folded_but_never_the_required_ones():
    rules = {f"p{n}": {"type": "integer"} for n in range(FOLD_ABOVE + 2)}
    last = f"p{FOLD_ABOVE + 1}"
    form = SchemaForm(tool(rules, required=[last]))
    assert names(form.advanced) == [f"p{FOLD_ABOVE}"]
    assert names(form.main)[-1] == last


def test_the_schema_says_what_is_advanced():
    form = SchemaForm(tool({"a": {"type": "integer", "x-advanced": True}, "b": {}}))
    assert names(form.main) == ["b"]
    assert names(form.advanced) == ["a"]


def test_folded_fields_with_errors_are_shown():
    one = tool({"a": {"type": "integer", "x-advanced": True}})
    assert SchemaForm(one, {"a": "x"}).advanced_has_errors
    assert not SchemaForm(one, {"a": "1"}).advanced_has_errors
    assert not SchemaForm(one).advanced_has_errors


def test_limits_are_attributes_that_browsers_check():
    rule = {"type": "number", "minimum": 0, "maximum": 5, "multipleOf": 0.5}
    assert only(rule).widget.attrs.items() >= {"min": "0", "max": "5", "step": "0.5"}.items()
    assert only({"type": "string", "maxLength": 9}).widget.attrs["maxlength"] == "9"


def test_empty_fields_are_not_given_except_texts_with_a_default():
    one = tool({"n": {"type": "integer", "default": 1}, "s": {"type": "string", "default": "x"},
                "t": {"type": "string"}})  # fmt: skip
    assert sent(one, n="", s="", t="") == {"s": ""}


def test_an_unticked_checkbox_says_no():
    one = tool({"a": {"type": "boolean", "default": True}})
    assert sent(one) == {"a": False}
    assert sent(one, a="true") == {"a": True}


def test_a_page_says_what_the_api_says():
    one = tool({"n": {"type": "integer", "maximum": 5}, "s": {"type": "string", "maxLength": 2}})
    with pytest.raises(InvalidParams) as refused:
        normalise(one, {"n": 9, "s": "abc"})
    form = SchemaForm(one, {"n": "9", "s": "abc"})
    assert not form.is_valid()
    said = [(f"/{name}", sentence) for name in form.errors for sentence in form.errors[name]]
    assert said == refused.value.errors


def test_what_is_wrong_with_no_field_is_said_above_the_form():
    both = tool({"a": {"type": "integer"}, "b": {"type": "integer"}}, minProperties=1)
    form = SchemaForm(both, {"a": "", "b": ""})
    assert form.non_field_errors()
    assert form.marked == 0


def test_only_the_first_sentence_of_a_field_is_said():
    form = SchemaForm(
        tool({"a": {"type": "array", "items": {"type": "integer"}}}), {"a": '["x", "y"]'}
    )
    assert len(form["a"].errors) == 1


def test_forms_of_several_tools_stand_side_by_side():
    one = tool({"a": {"type": "integer", "default": 3}})
    form = SchemaForm(one, {"p/t:a": "4", "q/t:a": "5"}, key="p/t", slug="p-t")
    assert form.is_valid()
    assert form.cleaned_data == {"a": 4}
    html = str(form["a"])
    assert 'name="p/t:a"' in html
    assert 'id="p-t-a"' in html
    assert 'aria-describedby="p-t-a-help"' in html


def test_what_was_typed_and_texts_of_the_manifest_are_escaped():
    attack = '"><script>alert(1)</script>'
    rule = {"type": "string", "title": attack, "enum": [attack], "x-labels": {attack: attack}}
    form = SchemaForm(tool({"a": rule, "b": {"type": "string"}}), {"a": attack, "b": attack})
    assert "<script>" not in str(form["a"]) + str(form["b"])
