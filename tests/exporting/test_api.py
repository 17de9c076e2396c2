"""/v1/exports, /v1/export-formats and /v1/results/{id}/export."""

import io
import zipfile
from uuid import uuid4

import pytest

from jobs.library import tags
from jobs.models import Job, JobItem, Media
from tests.api.asserts import assert_problem, pointers
from tests.exporting.drawn import detection, detections, text_result
from tests.factories import api_client, make_result, make_results, make_user, media_row, run_jobs

pytestmark = pytest.mark.usefixtures("plugins")
FOUND = detections(detection())
EXPORTS = "/v1/exports"


@pytest.fixture
def result(ada):
    """A result with a box."""
    return make_result(ada, "detections", FOUND, "кот.png")


def post(client, **body):
    return client.post(EXPORTS, body, format="json")


def content(answer):
    return b"".join(answer.streaming_content)


def test_an_export_is_asked_for_followed_and_downloaded(client, result):
    answer = post(client, format="coco", result_ids=[str(result.pk)], options={"min_score": 0.1})
    assert answer.status_code == 202
    body = answer.json()
    assert answer["Location"] == body["status_url"] == body["urls"]["self"]
    assert (body["status"], body["format"], body["result_count"]) == ("pending", "coco", 1)
    assert body["options"] == {"min_score": 0.1, "segmentation": "rle"}
    early = client.get(body["urls"]["file"])
    assert_problem(early, 409, "not made yet")
    assert early["Retry-After"]
    run_jobs()
    made = client.get(body["status_url"]).json()
    assert (made["status"], made["progress"]) == ("completed", 1.0)
    assert made["file"]["name"] == "кот-coco.json"
    assert made["report"]["exported"] == 1
    file = client.get(body["urls"]["file"])
    assert (file.status_code, file["Content-Type"]) == (200, "application/json")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert file["ETag"] == f'"{made["file"]["sha256"]}"'
    assert file["Content-Disposition"].startswith("attachment; filename*=utf-8''%D0%BA")
    assert content(file).startswith(b'{"info"')
    part = client.get(body["urls"]["file"], HTTP_RANGE="bytes=0-5")
    assert (part.status_code, content(part)) == (206, b'{"info')
    assert client.get(body["urls"]["file"], HTTP_IF_NONE_MATCH=file["ETag"]).status_code == 304


def test_asking_again_answers_with_the_same_export(client, result):
    body = {"format": "csv", "result_ids": [str(result.pk)]}
    first = post(client, **body).json()["id"]
    run_jobs()
    again = post(client, **body)
    assert (again.status_code, again.json()["id"]) == (200, first)


def test_a_job_a_tag_and_media_are_exported(client, ada, result):
    job = make_results(ada, (media_row(ada), "detections", FOUND), (result.media, "text", {}))
    tags.add(ada.pk, [result.media_id], "best")
    counts = {
        key: post(client, format="jsonl", **{key: value}).json()["result_count"]
        for key, value in {
            "job_id": str(job.pk),
            "tag": "best",
            "media_ids": [str(result.media_id)],
        }.items()
    }
    assert counts == {"job_id": 2, "tag": 2, "media_ids": 2}
    only = post(client, format="jsonl", tag="best", tool="drawn/detections")
    assert only.json()["result_count"] == 1


def test_several_results_come_as_an_archive_with_a_manifest(client, ada, result):
    ids = [str(result.pk), str(make_result(ada, "detections", FOUND, "кот.png").pk)]
    made = post(client, format="yolo", result_ids=ids).json()
    run_jobs()
    file = client.get(made["urls"]["file"])
    assert file["Content-Type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(content(file))) as packed:
        names = packed.namelist()
        foreign = [info for info in packed.infolist() if not info.filename.isascii()]
        assert all(info.flag_bits & 0x800 for info in foreign), "names are marked as UTF-8"
        assert {info.date_time for info in packed.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert names == sorted(names, key=str.encode)
    assert {"labels/кот.txt", "labels/кот-2.txt", "manifest.json"} <= set(names)


def test_what_is_not_ones_own_can_not_be_exported(client, ada, result):
    eve = make_user("eve")
    theirs = make_result(eve, "detections", FOUND)
    tags.add(eve.pk, [theirs.media_id], "secret")
    ids = [str(result.pk), str(theirs.pk), str(uuid4())]
    problem = assert_problem(post(client, format="coco", result_ids=ids), 404, "2 of the results")
    assert pointers(problem) == ["/result_ids/1", "/result_ids/2"]
    assert_problem(post(client, format="coco", job_id=str(theirs.job_id)), 404)
    assert_problem(post(client, format="coco", tag="secret"), 404)
    problem = assert_problem(post(client, format="coco", media_ids=[str(theirs.media_id)]), 404)
    assert pointers(problem) == ["/media_ids/0"]
    assert not Job.objects.filter(plugin_id="exports").exists()


def test_what_is_not_completed_can_not_be_exported(client, result):
    JobItem.objects.filter(pk=result.pk).update(status="running")
    problem = post(client, format="coco", result_ids=[str(result.pk)])
    assert pointers(assert_problem(problem, 409, "not completed")) == ["/result_ids/0"]
    assert_problem(post(client, format="coco", job_id=str(result.job_id)), 400, "no result")


@pytest.mark.parametrize(
    ("body", "status", "words"),
    [
        ({"format": "coco"}, 400, "Say what to export"),
        ({"format": "coco", "tag": "a", "job_id": str(uuid4())}, 400, "it says what to export"),
        ({"format": "coco", "result_ids": []}, 400, "empty"),
        ({"format": "coco", "result_ids": ["x"]}, 400, "UUID"),
        ({"result_ids": [str(uuid4())]}, 400, "format"),
        ({"format": "coco", "results": []}, 422, "not a member"),
        ({"format": "coco", "result_ids": [str(uuid4())], "tool": "x"}, 400, "one by one"),
    ],
)
def test_requests_that_are_not_right_are_told_why(client, body, status, words):
    assert_problem(post(client, **body), status, words)


def test_format_and_options_are_checked(client, result):
    ids = [str(result.pk)]
    assert_problem(post(client, format="cocoa", result_ids=ids), 422, "Did you mean coco?")
    assert_problem(post(client, format="hocr", result_ids=ids), 422, "Formats that do: coco")
    wrong = post(client, format="coco", result_ids=ids, options={"segmentation": "hexagons"})
    assert pointers(assert_problem(wrong, 422)) == ["/options/segmentation"]


def test_a_failed_export_says_why(client, ada):
    broken = make_result(ada, "detections", b"no json")
    made = post(client, format="coco", result_ids=[str(broken.pk)]).json()
    run_jobs()
    told = client.get(made["status_url"]).json()
    assert told["error"]["type"] == "unsupported_input"
    assert_problem(client.get(made["urls"]["file"]), 409, "read as JSON", "tries it again")
    again = post(client, format="coco", result_ids=[str(broken.pk)])
    assert again.json()["id"] != made["id"]


def test_one_result_is_exported_by_its_address(client, result):
    where = f"/v1/results/{result.pk}/export"
    begun = client.get(where, {"format": "coco", "segmentation": "polygons"})
    assert begun.status_code == 202
    assert begun["Location"] == begun.json()["status_url"]
    assert client.get(where, {"format": "coco", "segmentation": "polygons"}).status_code == 202
    assert run_jobs() == 1
    file = client.get(where, {"format": "coco", "segmentation": "polygons"})
    assert (file.status_code, content(file)[:6]) == (200, b'{"info')
    assert_problem(client.get(where), 400, "?format=coco")
    assert_problem(client.get(where, {"format": "tiff"}), 422, "no format 'tiff'")
    assert_problem(client.get(where, {"format": "coco", "min_score": "high"}), 422)


def test_an_export_that_failed_is_not_begun_by_looking(client, ada):
    broken = make_result(ada, "detections", b"no json")
    where = f"/v1/results/{broken.pk}/export?format=coco"
    assert client.get(where).status_code == 202
    run_jobs()
    assert_problem(client.get(where), 409, "POST /v1/exports")
    assert Job.objects.filter(plugin_id="exports").count() == 1


def test_a_key_that_may_only_read_begins_nothing(ada, result):
    reader = api_client(ada, ["read"])
    where = f"/v1/results/{result.pk}/export?format=coco"
    assert_problem(reader.get(where), 403, "'submit'")
    api_client(ada).get(where)
    run_jobs()
    assert reader.get(where).status_code == 200


def test_the_list_has_ones_own_exports_newest_first(client, ada, result):
    made = [post(client, format=name, result_ids=[str(result.pk)]).json()["id"]
            for name in ("coco", "csv")]  # fmt: skip
    eve = make_user("eve")
    api_client(eve).post(
        EXPORTS,
        {"format": "csv", "result_ids": [str(make_result(eve, "detections", FOUND).pk)]},
        format="json",
    )
    listed = client.get(EXPORTS).json()["results"]
    assert [one["id"] for one in listed] == made[::-1]
    assert client.delete(f"{EXPORTS}/{made[0]}").status_code == 204
    assert [one["id"] for one in client.get(EXPORTS).json()["results"]] == made[1:]


def test_the_list_asks_the_database_a_fixed_number_of_times(
    client, ada, result, django_assert_max_num_queries
):
    for name in ("coco", "csv", "jsonl", "yolo"):
        post(client, format=name, result_ids=[str(result.pk)])
    run_jobs()
    with django_assert_max_num_queries(12):
        assert len(client.get(EXPORTS).json()["results"]) == 4


def test_formats_say_what_they_take_and_which_options_they_have(client):
    formats = {one["id"]: one for one in client.get("/v1/export-formats").json()}
    assert {"coco", "yolo", "cvat", "mot", "csv", "jsonl", "text", "hocr", "pdf"} <= set(formats)
    assert formats["hocr"]["takes"] == ["text"]
    assert formats["coco"]["options"]["properties"]["segmentation"]["enum"] == ["rle", "polygons"]


def test_selections_appear_nowhere(client, ada, result):
    made = post(client, format="coco", result_ids=[str(result.pk)]).json()["id"]
    run_jobs()
    selection = Media.objects.get(blob__kind="selection")
    assert client.get("/v1/jobs").json()["results"][0]["job_id"] == str(result.job_id)
    assert len(client.get("/v1/jobs").json()["results"]) == 1
    for address in ("media", "images"):
        for tail in ("", "/file", "/thumbnail") if address == "media" else ("", "/history"):
            assert_problem(client.get(f"/v1/{address}/{selection.pk}{tail}"), 404)
    for address in ("images", "videos"):
        names = [one["id"] for one in client.get(f"/v1/{address}").json()["results"]]
        assert str(selection.pk) not in names
    marks = client.post(f"/v1/images/{selection.pk}/annotations", {"bbox": [0, 0, 1, 1]})
    assert_problem(marks, 404)
    body = {"plugin_id": "echo", "media_ids": [str(selection.pk)]}
    assert_problem(client.post("/v1/jobs", body, format="json"), 404)
    assert_problem(client.post("/v1/jobs", {"plugin_id": "exports", **body}, format="json"), 404)
    assert client.get(f"/v1/jobs/{made}").json()["job_type"] == "selection"
    assert_problem(client.post(f"/v1/jobs/{made}/retry"), 409, "makes an export")


def test_a_text_is_exported_as_it_was_read(client, ada):
    one = make_result(ada, "text", text_result(("Grüße", (1, 1, 9, 9))), "brief.png")
    made = post(client, format="text", result_ids=[str(one.pk)]).json()
    run_jobs()
    file = client.get(made["urls"]["file"])
    assert file["Content-Type"] == "text/plain"
    assert 'filename="brief-text.txt"' in file["Content-Disposition"]
    assert content(file).decode() == "Grüße\n"
