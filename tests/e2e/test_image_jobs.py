"""From the upload to the result, through real web and worker processes."""

import json
import time
from collections import Counter
from pathlib import Path

import httpx
import pytest
from rapidfuzz.distance import Levenshtein

from tests.real_inputs import REAL_INPUTS, needs_real_inputs
from tests.server import live_server_processes  # noqa: F401  # a fixture

pytestmark = pytest.mark.slow

SAMPLE = Path(__file__).resolve().parents[2] / "static" / "samples" / "receipt.png"


@pytest.fixture
def client(live_server_processes):  # noqa: F811
    server = live_server_processes
    with httpx.Client(
        base_url=server.url, headers={"X-API-Key": server.api_key}, timeout=60
    ) as client:
        yield client


def submit(client, path, **query):
    query = {"plugin_id": "ocr", "tool": "extract_text"} | query
    with path.open("rb") as file:
        answer = client.post("/v1/image/submit", params=query, files={"file": (path.name, file)})
    assert answer.status_code == 200, answer.text
    return answer.json()


def wait_for_job(client, job_id, seconds=120):
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        job = client.get(f"/v1/jobs/{job_id}", headers={"Prefer": "wait=5"}).json()
        if job["status"] in ("completed", "failed", "canceled"):
            return job
    raise AssertionError(f"not ended: {job}")


def read(client, name):
    """The text of a real input, read by the server, and its truth; white space folded."""
    path = REAL_INPUTS / "ocr" / name
    job = wait_for_job(client, submit(client, path)["job_id"])
    assert job["status"] == "completed", job
    truth = path.with_suffix(".txt").read_text()
    return " ".join(job["results"]["text"].split()), " ".join(truth.split())


def test_the_scenario_of_the_original_server(client):
    """Submit, let the worker run, and find results that are not null."""
    accepted = submit(client, SAMPLE)
    assert accepted["job_id"]
    assert accepted["status"] == "pending"
    job = wait_for_job(client, accepted["job_id"])
    assert job["results"] is not None
    assert job["results"]["lines"]


@needs_real_inputs
@pytest.mark.parametrize("name", ["page_clean.png", "page_euro.png"])
def test_clean_pages_are_read_almost_without_errors(client, name):
    text, truth = read(client, name)
    assert Levenshtein.distance(text, truth) / len(truth) <= 0.02


@needs_real_inputs
def test_a_crumpled_receipt_is_read_word_by_word(client):
    text, truth = read(client, "receipt_penny.png")
    found, wanted = Counter(text.split()), Counter(truth.split())
    common = (found & wanted).total()
    assert 2 * common / (found.total() + wanted.total()) >= 0.95


def test_a_worker_killed_while_it_works_and_started_again(tmp_path):
    """Nothing is lost: the job completes in the end."""
    from tests.server import Server

    server = Server(tmp_path, WORKERS="1")
    server.prepare()
    try:
        server.start()
        headers = {"X-API-Key": server.api_key}
        with httpx.Client(base_url=server.url, headers=headers, timeout=60) as client:
            gate = tmp_path / "gate"
            until = json.dumps({"until": str(gate)})
            job_id = submit(client, SAMPLE, plugin_id="slow", tool="hold", params=until)["job_id"]
            while client.get(f"/v1/jobs/{job_id}").json()["status"] == "pending":
                time.sleep(0.02)
            server.kill("worker")
            assert client.get(f"/v1/jobs/{job_id}").json()["status"] == "running"
            gate.touch()
            server.start_worker()
            job = wait_for_job(client, job_id)
            assert job["status"] == "completed", job
            items = client.get(f"/v1/jobs/{job_id}/items").json()["results"]
            assert items[0]["attempt"] == 2
    finally:
        server.stop()
