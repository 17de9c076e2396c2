"""The log: refusals take one line, faults have their traceback."""

import io
import logging
import logging.config

import pytest

from tests.factories import make_user


@pytest.fixture
def log(settings):
    """The output of the server's log handler."""
    config = settings.LOGGING["handlers"]["stderr"]
    filters = settings.LOGGING["filters"]
    built = logging.config.DictConfigurator({"version": 1, "filters": filters})
    handler = logging.StreamHandler(io.StringIO())
    for name in config["filters"]:
        handler.addFilter(built.configure_filter(filters[name]))
    logger = logging.getLogger("django.request")
    logger.addHandler(handler)
    yield handler.stream
    logger.removeHandler(handler)


def test_a_refusal_has_no_traceback(log, client, db):
    viewer = make_user("vera", is_staff=True)
    client.force_login(viewer)
    assert client.get("/admin/jobs/job/").status_code == 403
    assert "/admin/jobs/job/" in log.getvalue()
    assert "Traceback" not in log.getvalue()


def test_a_fault_has_its_traceback(log, client, monkeypatch):
    def broken(*_args):
        raise RuntimeError("a fault")

    client.raise_request_exception = False
    monkeypatch.setattr("django.core.handlers.base.BaseHandler.resolve_request", broken)
    assert client.get("/healthz").status_code == 500
    assert "RuntimeError: a fault" in log.getvalue()
