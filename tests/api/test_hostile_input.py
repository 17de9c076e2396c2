"""Bad input is never a 500. Each of these has broken servers before."""

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.api.asserts import assert_problem
from tests.factories import api_client, form_file, make_media, make_user

SURROGATE = '"\\ud800"'
HOSTILE = [
    "null",
    "NaN",
    "Infinity",
    "-Infinity",
    "1e999",
    "1" * 400,
    "1" * 5000,
    SURROGATE,
    '"\\u0000"',
    '"' + "x" * 100_000 + '"',
    "[]",
    "{}",
    '[[["a"]]]',
    "true",
    "-1",
    "0.1",
    '""',
    '{"\\ud800": 1}',
    '{"": null}',
    "[" * 500 + "]" * 500,
]
MEMBERS = [
    "plugin_id",
    "tool",
    "tools",
    "mode",
    "logical_tool_id",
    "params",
    "priority",
    "deadline_seconds",
    "media_ids",
    "image_ids",
    "nothing",
]


def assert_bad(response):
    assert 400 <= response.status_code < 500, response.content
    assert_problem(response, response.status_code)


def post_json(client, body):
    return client.generic("POST", "/v1/jobs", body, content_type="application/json")


@pytest.mark.parametrize("member", MEMBERS)
def test_as_a_member_of_json(client, owner, echo_plugin, member):
    base = {"plugin_id": '"echo"', "media_ids": f'["{make_media(owner).pk}"]'}
    for value in HOSTILE:
        pairs = (base | {member: value}).items()
        response = post_json(client, "{" + ", ".join(f'"{k}": {v}' for k, v in pairs) + "}")
        if (member, value) == ("params", "{}"):
            assert response.status_code == 202
        else:
            assert_bad(response)


def test_as_a_parameter_of_the_tool(client, owner, echo_plugin):
    medium = make_media(owner)
    for value in HOSTILE:
        body = (
            f'{{"plugin_id": "echo", "media_ids": ["{medium.pk}"], "params": {{"word": {value}}}}}'
        )
        response = post_json(client, body)
        if value == '""':
            assert response.status_code == 202
        else:
            assert_bad(response)


@pytest.mark.parametrize("member", ["plugin_id", "tool", "params", "priority", "deadline_seconds"])
def test_as_a_field_of_a_form(client, echo_plugin, member):
    for value in [*HOSTILE, "\0", "x\0"]:
        form = {"plugin_id": "echo", "file": form_file()} | {member: value}
        response = client.post("/v1/image/submit", form, format="multipart")
        if (member, value) == ("params", "{}"):
            assert response.status_code == 200
        else:
            assert_bad(response)


def test_names_that_are_no_unicode(client, echo_plugin):
    body = '{"\\ud800": 1, "plugin_id": "echo"}'
    response = client.generic("POST", "/v1/jobs", body, content_type="application/json")
    assert_problem(response, 422)


def test_json_deeper_than_any_stack(client, echo_plugin):
    response = client.generic("POST", "/v1/jobs", "[" * 200_000, content_type="application/json")
    assert_problem(response, 400, "deeply")


def test_json_larger_than_memory_is_for(client, echo_plugin):
    body = json.dumps({"plugin_id": "x" * 3_000_000})
    response = client.generic("POST", "/v1/jobs", body, content_type="application/json")
    assert_problem(response, 413, "too large")


@pytest.mark.parametrize("charset", ["utf-7", "nothing", "utf-16", "rot13", "hex"])
def test_json_in_an_odd_charset(client, echo_plugin, charset):
    response = client.generic(
        "POST", "/v1/jobs", b'{"plugin_id": 1}', content_type=f"application/json; charset={charset}"
    )
    assert_bad(response)


def test_a_text_field_larger_than_memory_is_for(client, echo_plugin):
    form = {"plugin_id": "echo", "file": form_file(), "params": "x" * 3_000_000}
    assert_problem(client.post("/v1/image/submit", form, format="multipart"), 413)


def test_too_many_fields(client, echo_plugin):
    form = {"file": form_file()} | {f"f{number}": "x" for number in range(1100)}
    assert_bad(client.post("/v1/image/submit", form, format="multipart"))


@pytest.mark.parametrize(
    "name",
    [
        "a\0.png",
        "../../etc/passwd",
        "a" * 5000 + ".png",
        "\u202e.png",
        ".",
        "..",
        "/",
        "con\r\nX: y.png",
        "\udcff.png",
    ],
)
def test_file_names(client, echo_plugin, name):
    body = (
        b'--b\r\nContent-Disposition: form-data; name="file"; filename="'
        + name.encode("utf-8", "surrogateescape").replace(b'"', b"%22")
        + b'"\r\nContent-Type: image/png\r\n\r\n'
        + form_file().read()
        + b"\r\n--b--\r\n"
    )
    response = client.generic(
        "POST",
        "/v1/image/submit?plugin_id=echo",
        body,
        content_type="multipart/form-data; boundary=b",
    )
    assert response.status_code in (200, 400)
    if response.status_code == 200:
        listed = client.get(f"/v1/jobs/{response.json()['job_id']}/items").json()["results"]
        assert "/" not in listed[0]["filename"]
        assert client.get(f"/v1/media/{listed[0]['media_id']}/file").status_code == 200


json_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner, max_size=3)
    ),
    max_leaves=8,
)


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(members=st.dictionaries(st.sampled_from(MEMBERS), json_values, max_size=5))
def test_anything_that_is_json(echo_plugin, fuzzer, members):
    response = fuzzer.post("/v1/jobs", members, format="json")
    assert response.status_code < 500
    if response.status_code != 202:
        assert_bad(response)


@pytest.mark.django_db
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    query=st.dictionaries(
        st.sampled_from(
            [
                "limit",
                "cursor",
                "status",
                "plugin_id",
                "tool",
                "created_after",
                "created_before",
                "job_type",
                "format",
                "x",
            ]
        ),
        st.text(max_size=30),
        max_size=5,
    )
)
def test_any_query(echo_plugin, fuzzer, query):
    response = fuzzer.get("/v1/jobs", query)
    assert response.status_code < 500


@pytest.fixture
def fuzzer(db):
    return api_client(make_user())
