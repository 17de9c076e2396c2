"""Parameters: defaults, checks in sentences, and texts of forms."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins_app.manifests.manifest import parse_manifest
from plugins_app.manifests.params import InvalidParams, coerce_form, normalise

PROPERTIES = {
    "min_score": {"type": "number", "minimum": 0, "maximum": 1, "default": 0.25},
    "count": {"type": "integer", "minimum": 1, "default": 5},
    "mode": {"enum": ["fast", "exact"], "type": "string", "default": "fast"},
    "labels": {"type": "array", "items": {"type": "string"}, "maxItems": 3, "default": []},
    "limit": {"anyOf": [{"type": "integer"}, {"type": "null"}], "default": None},
    "note": {"type": "string", "maxLength": 5, "default": ""},
    "overlay": {"type": "boolean", "default": True},
    "area": {
        "type": "object",
        "properties": {"x": {"type": "number", "default": 0}},
        "additionalProperties": False,
        "default": {},
    },
}
DEFAULTS = {
    "min_score": 0.25,
    "count": 5,
    "mode": "fast",
    "labels": [],
    "limit": None,
    "note": "",
    "overlay": True,
    "area": {"x": 0.0},
}


def make_tool(properties, **more):
    params = {"type": "object", "properties": properties, **more}
    tool = {"id": "run", "inputs": ["image_path"], "params": params}
    data = {"id": "p", "name": "P", "version": "1", "tools": [tool]}
    return parse_manifest(data).tools[0]


TOOL = make_tool(PROPERTIES)


def test_every_default_is_filled_in_also_inside():
    assert normalise(TOOL, {}) == DEFAULTS


def test_defaults_are_copies():
    normalise(TOOL, {})["labels"].append("changed")
    assert normalise(TOOL, {})["labels"] == []


def test_what_was_given_is_not_changed():
    given_params = {"area": {}}
    normalise(TOOL, given_params)
    assert given_params == {"area": {}}


def test_equal_meanings_become_equal_values():
    one, other = (
        normalise(TOOL, {"min_score": 1, "count": 2.0}),
        normalise(TOOL, {"min_score": 1.0, "count": 2}),
    )
    assert repr(one) == repr(other)
    assert isinstance(one["count"], int)
    assert isinstance(one["min_score"], float)


@pytest.mark.parametrize(
    ("given_params", "errors"),
    [
        ({"min_score": 3}, [("/min_score", "min_score must be at most 1, not 3.")]),
        ({"min_score": "0.5"}, [("/min_score", 'min_score must be a number, not "0.5".')]),
        ({"count": True}, [("/count", "count must be a whole number, not true.")]),
        ({"count": 2.5}, [("/count", "count must be a whole number, not 2.5.")]),
        ({"mode": "slow"}, [("/mode", 'mode must be one of fast, exact, not "slow".')]),
        ({"labels": ["a", 1]}, [("/labels/1", "labels[1] must be a text, not 1.")]),
        (
            {"labels": ["a"] * 4},
            [("/labels", "labels must have at most 3 entries, not 4.")],
        ),
        ({"note": "too long"}, [("/note", "note must have at most 5 characters.")]),
        ({"limit": "x"}, [("/limit", 'limit must be a whole number, not "x".')]),
        ({"area": {"x": "1"}}, [("/area/x", 'area.x must be a number, not "1".')]),
        (
            {"min_scor": 0.5},
            [("/min_scor", "There is no parameter min_scor. Did you mean min_score?")],
        ),
        (
            {"a/b~c": 1},
            [
                (
                    "/a~1b~0c",
                    (
                        "There is no parameter a/b~c. Known parameters:"
                        " area, count, labels, limit, min_score, mode, note, overlay."
                    ),
                )
            ],
        ),
        (
            {"mode": 1, "count": 0},
            [
                ("/count", "count must be at least 1, not 0."),
                ("/mode", "mode must be a text, not 1."),
                ("/mode", "mode must be one of fast, exact, not 1."),
            ],
        ),
        (
            {"min_score": float("nan")},
            [("/min_score", "min_score is NaN, which JSON does not have.")],
        ),
        (
            {"min_score": float("-inf")},
            [("/min_score", "min_score is infinite, which JSON does not have.")],
        ),
        ({"count": 10**400}, [("/count", "count is too large a number.")]),
        ({"note": "a\0"}, [("/note", "note has a NUL character, which can't be stored.")]),
        (
            {"note": "\udc80"},
            [("/note", "note has half a surrogate pair, which is not valid Unicode.")],
        ),
        (
            {"no\0te": 1},
            [("", "A parameter has a key that has a NUL character, which can't be stored.")],
        ),
        ([], [("", "The parameters must be an object, not [].")]),
    ],
)
def test_what_is_wrong_is_said_in_sentences_with_a_pointer(given_params, errors):
    with pytest.raises(InvalidParams) as caught:
        normalise(TOOL, given_params)
    assert caught.value.errors == errors
    assert str(caught.value) == " ".join(sentence for _pointer, sentence in errors)


def test_a_missing_parameter_is_named():
    tool = make_tool({"url": {"type": "string"}}, required=["url"])
    with pytest.raises(InvalidParams) as caught:
        normalise(tool, {})
    assert caught.value.errors == [("/url", "url is missing.")]


def test_a_tool_without_parameters_says_so():
    with pytest.raises(InvalidParams, match="There is no parameter x: the tool takes none"):
        normalise(make_tool({}), {"x": 1})


def test_deep_nesting_is_refused():
    deep = []
    for _ in range(50_000):
        deep = [deep]
    with pytest.raises(InvalidParams, match="nested"):
        normalise(TOOL, {"labels": deep})


def test_texts_of_a_form_become_typed_values():
    raw = {
        "min_score": " 0.5 ",
        "count": "7",
        "mode": "exact",
        "labels": "cat, dog",
        "limit": "3",
        "note": "hi",
        "overlay": "false",
        "area": '{"x": 1}',
    }
    assert coerce_form(TOOL, raw) == {
        "min_score": 0.5,
        "count": 7,
        "mode": "exact",
        "labels": ["cat", "dog"],
        "limit": 3,
        "note": "hi",
        "overlay": False,
        "area": {"x": 1},
    }


def test_empty_fields_mean_not_given_except_for_texts():
    raw = dict.fromkeys(PROPERTIES, "")
    assert coerce_form(TOOL, raw) == {"note": ""}
    assert normalise(TOOL, coerce_form(TOOL, raw)) == DEFAULTS


def test_a_list_may_be_json_and_null_may_be_written():
    assert coerce_form(TOOL, {"labels": '["a, b"]', "limit": "null"}) == {
        "labels": ["a, b"],
        "limit": None,
    }


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        ({"count": "1_000"}, 'count must be a whole number, not "1_000".'),
        ({"count": "9" * 5000}, "count must be a whole number, not"),
        ({"min_score": "nan"}, 'min_score must be a number, not "nan".'),
        ({"min_score": "1e"}, 'min_score must be a number, not "1e".'),
        ({"overlay": "maybe"}, 'overlay must be true or false, not "maybe".'),
        ({"area": "[1]"}, 'area must be an object written as JSON, not "[1]".'),
        ({"labels": "[" * 5000}, "labels must be a list written as JSON"),
    ],
)
def test_a_text_that_cannot_be_read_is_said_in_a_sentence(raw, message):
    with pytest.raises(InvalidParams) as caught:
        coerce_form(TOOL, raw)
    assert str(caught.value).startswith(message)


def test_unknown_fields_of_a_form_are_refused_by_the_check():
    with pytest.raises(InvalidParams, match="There is no parameter colour"):
        normalise(TOOL, coerce_form(TOOL, {"colour": "red"}))


def outcome(function, given_params):
    """The values, or else the errors."""
    try:
        return function(TOOL, given_params), []
    except InvalidParams as error:
        return None, error.errors


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
)


@given(st.dictionaries(st.sampled_from(list(PROPERTIES)) | st.text(), json_values))
def test_normalising_twice_changes_nothing(given_params):
    values, errors = outcome(normalise, given_params)
    assert errors or repr(normalise(TOOL, values)) == repr(values)


@given(st.dictionaries(st.sampled_from(list(PROPERTIES)), st.text()))
def test_any_text_in_a_form_ends_in_values_or_in_sentences(raw):
    values, errors = outcome(coerce_form, raw)
    if not errors:
        values, errors = outcome(normalise, values)
    assert errors or set(values) == set(PROPERTIES)
    assert all(sentence.endswith(".") for _pointer, sentence in errors)
