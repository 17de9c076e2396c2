"""GET /v1/schema, and the copy of it that is kept in docs/openapi.yaml"""

from pathlib import Path

import pytest
import yaml
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
COMMITTED = ROOT / "docs" / "openapi.yaml"


@pytest.fixture(scope="module")
def generated(tmp_path_factory):
    """The schema, made without a warning and valid by OpenAPI 3.1."""
    path = tmp_path_factory.mktemp("schema") / "openapi.yaml"
    call_command("spectacular", "--fail-on-warn", "--validate", "--file", str(path))
    return path.read_text()


def test_the_committed_schema_is_the_generated_one(generated):
    assert COMMITTED.read_text() == generated, "Run make openapi."


def test_every_operation_tells_its_errors_as_problems(generated):
    document = yaml.safe_load(generated)
    assert document["openapi"].startswith("3.1")
    for url, operations in document["paths"].items():
        for method, operation in operations.items():
            errors = {s: r for s, r in operation["responses"].items() if s >= "4"}
            if url == "/v1/schema":
                continue
            assert {"401", "403"} <= set(errors), (url, method)
            if "{" in url:
                assert "404" in errors, (url, method)
            for response in errors.values():
                assert list(response["content"]) == ["application/problem+json"], (url, method)


def test_the_ways_to_log_in_are_described(generated):
    schemes = yaml.safe_load(generated)["components"]["securitySchemes"]
    assert schemes["ApiKey"]["name"] == "X-API-Key"
    assert schemes["ApiKey"]["in"] == "header"


def test_the_server_gives_it_away(client, generated):
    response = client.get("/v1/schema", headers={"Accept": "application/vnd.oai.openapi"})
    assert response.status_code == 200
    assert yaml.safe_load(response.content)["paths"] == yaml.safe_load(generated)["paths"]


def test_routes_that_go_are_marked(generated):
    assert yaml.safe_load(generated)["paths"]["/v1/analyze"]["post"]["deprecated"] is True
