"""What every answer of a kind must have."""


def assert_problem(response, status, *words):
    """An RFC 9457 problem of this status whose detail has these words."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    assert body["status"] == status
    assert body["type"]
    assert body["title"]
    assert body["request_id"] == response["X-Request-ID"]
    for word in words:
        assert word in body["detail"]
    return body


def pointers(problem):
    """Where a problem says the mistakes are."""
    return [error["pointer"] for error in problem.get("errors", [])]
