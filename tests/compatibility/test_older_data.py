"""A data folder of an older version: this one starts on it, shows it, runs it again, exports it."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from typing import Any

import pytest

from tests.compatibility.older_data import Api, Kept, lost, page_client
from tests.node import wait_until
from tests.server import Server

pytestmark = pytest.mark.slow

VERSIONS = ["0.1.0"]
"""Versions whose data is kept (``make_data.py``)."""

STILL_QUEUED = """
import json
from django.utils.module_loading import import_string
from django_q.models import Failure, OrmQ, Schedule
schedules = list(Schedule.objects.values_list("name", "func"))
for name, function in schedules:
    assert callable(import_string(function)), function
failures = list(Failure.objects.values_list("func", "result"))
print(json.dumps({"queued": OrmQ.objects.count(), "failures": failures, "schedules": schedules}))
"""


class Grown:
    """A running server of this version over the data of an older one.

    ``before`` are its answers from before a worker was there to change anything.
    """

    def __init__(self, server: Server, kept: Kept) -> None:
        self.server, self.kept, self.api = server, kept, Api(server)
        self.before = {path: self.api.get(path) for path in kept.notes["answers"]}

    def job(self, name: str) -> str:
        return self.kept.notes["jobs"][name]

    def items(self, name: str) -> list[dict[str, Any]]:
        return self.kept.notes["answers"][f"/v1/jobs/{self.job(name)}/items?limit=100"]["results"]


@pytest.fixture(scope="module", params=VERSIONS)
def grown(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Grown]:
    kept = Kept.by(request.param)
    server = kept.server(kept.unpack(tmp_path_factory.mktemp("older")))
    server.manage("migrate", "--verbosity", "0")
    try:
        server.start_web()
        grown = Grown(server, kept)
        server.start_worker()
        yield grown
    finally:
        server.stop()


def test_answers_say_what_they_said(grown: Grown) -> None:
    said = grown.kept.notes["answers"]
    assert [line for path in said for line in lost(said[path], grown.before[path], path)] == []


def test_a_loss_is_noticed() -> None:
    old = {"a": [{"b": 1}, {"b": 2}], "c": None}
    assert lost(old, {**old, "new": 3}) == []
    assert lost(old, {"a": [{"b": 1, "new": 0}, {"b": 3}]}) == ["/c is gone", "/a/1/b: 2 became 3"]
    assert lost(old, {**old, "a": [{"b": 1}]})[0].startswith("/a: ")


def test_files_have_the_same_bytes(grown: Grown) -> None:
    kept = grown.kept.notes["files"]
    assert {path: grown.api.digest(path) for path in kept} == kept


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("read", "Sourdough loaf"),
        ("codes", "seat 12"),
        ("tracks", "moving.mp4"),
        ("corners", "Ärger.png"),
        ("found", "lies outside the picture"),
        ("masks", "disc"),
        ("unchanged", "Nothing changed."),
        ("canceled", "anceled"),
    ],
)
def test_pages_show_jobs_and_results(grown: Grown, name: str, text: str) -> None:
    browser = page_client(grown.server, "ada", grown.kept.notes["password"])
    job = f"/jobs/{grown.job(name)}"
    pages = [job, *(f"{job}/items/{item['id']}" for item in grown.items(name))]
    shown = [browser.get(page) for page in pages]
    assert [page.status_code for page in shown] == [200] * len(pages)
    assert text in "".join(page.text for page in shown)


def test_pages_show_the_library_and_exports(grown: Grown) -> None:
    browser = page_client(grown.server, "ada", grown.kept.notes["password"])
    disc = grown.kept.notes["images"]["disc"]
    wanted = {
        "/": "",
        "/jobs": "corners",
        "/library": "disc.png",
        "/library?tag=to+check": "disc.png",
        f"/library/{disc}": "to check",
        f"/library/{disc}/annotate": "middle",
        "/exports": "COCO",
        "/plugins/corners": "Mark corners",
        **{f"/exports/{export}": "" for export in grown.kept.notes["exports"].values()},
    }
    shown = {path: browser.get(path) for path in wanted}
    assert {path: page.status_code for path, page in shown.items()} == dict.fromkeys(wanted, 200)
    assert [path for path, text in wanted.items() if text not in shown[path].text] == []


def test_staff_see_it_too(grown: Grown) -> None:
    browser = page_client(grown.server, "root", grown.kept.notes["password"])
    assert "driver update" in browser.get("/admin/jobs/pause/").text
    assert "corners" in browser.get("/admin/jobs/job/").text
    for name in ("read", "tracks", "masks"):
        assert browser.get(f"/admin/jobs/job/{grown.job(name)}/change/").status_code == 200
        item = grown.items(name)[0]["id"]
        assert browser.get(f"/admin/jobs/jobitem/{item}/change/").status_code == 200


def test_nobody_sees_what_is_somebody_elses(grown: Grown) -> None:
    browser = page_client(grown.server, "ben", grown.kept.notes["password"])
    assert browser.get(f"/jobs/{grown.job('read')}").status_code == 404


def test_what_waited_runs(grown: Grown) -> None:
    """Its plugin is the author's own folder, not a line of it changed."""
    job = grown.api.ended(f"/v1/jobs/{grown.job('waiting')}")
    assert (job["status"], job["error"]) == ("completed", None)
    before = grown.before[f"/v1/jobs/{grown.job('corners')}"]
    assert lost(before["results"]["keypoints"], job["results"]["keypoints"]) == []


@pytest.mark.parametrize("name", ["read", "codes", "tracks", "corners", "masks"])
def test_a_job_runs_again(grown: Grown, name: str) -> None:
    again = grown.api.post(f"/v1/jobs/{grown.job(name)}/retry", {})
    job = grown.api.ended(f"/v1/jobs/{again['job_id']}")
    assert (job["status"], job["retry_of"]) == ("completed", grown.job(name))


def test_only_what_changed_runs_again(grown: Grown) -> None:
    """The author's plugin is as it was; of a built-in one the code may be another by now."""
    [corners] = {item["media_id"] for item in grown.items("corners")}
    request = {"plugin_id": "corners", "media_ids": [corners], "only_changed": True}
    [row] = grown.api.post("/v1/jobs/preview", request)["items"]
    assert (row["run"], row["why"]) == (False, "Nothing changed.")
    disc = grown.kept.notes["images"]["disc"]
    request = {"plugin_id": "segment", "media_ids": [disc], "only_changed": True}
    [row] = grown.api.post("/v1/jobs/preview", request)["items"]
    assert row["why"] in {
        "Nothing changed.",
        "The plugin has another version.",
        "The plugin's code changed.",
        "A box was added.",  # the one that was taken over from the result
    }


@pytest.mark.parametrize("name", ["csv", "coco", "hocr", "mot", "jsonl", "yolo"])
def test_old_results_can_be_exported_again(grown: Grown, name: str) -> None:
    request = grown.kept.notes["export_requests"][name]
    export = grown.api.post("/v1/exports", request)
    export = grown.api.ended(f"/v1/exports/{export['job_id']}")
    assert (export["status"], export["error"]) == ("completed", None)
    if "tag" not in request:  # else these are the newest results, of tests before this one
        older = f"/v1/exports/{grown.kept.notes['exports'][name]}"
        assert written(grown, f"/v1/exports/{export['id']}") == written(grown, older)


def written(grown: Grown, export: str) -> dict[str, bytes]:
    """What is in the file of an export, but for the version of its writer."""
    data = grown.api.http.get(f"{export}/file").content
    if not data.startswith(b"PK"):
        return {"": data}
    archive = zipfile.ZipFile(io.BytesIO(data))
    made_by = re.compile(rb"ForgeSyte exports [\d.]+")
    return {name: made_by.sub(b"", archive.read(name)) for name in archive.namelist()}


def test_tasks_in_the_queue_find_their_functions(grown: Grown) -> None:
    """A sweep was due when the older version stopped; its row names a function of that version."""
    grown.api.ended(f"/v1/jobs/{grown.job('waiting')}")

    def state() -> dict[str, Any]:
        return json.loads(grown.server.manage("shell", "-v", "0", "-c", STILL_QUEUED))

    wait_until(lambda: state()["failures"] or state()["queued"] == 0, 120, "the sweep")
    assert state()["failures"] == []
