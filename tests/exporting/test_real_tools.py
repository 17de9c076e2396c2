"""What tools really return goes through every format that has a place for it."""

import pytest
from lxml import etree

from jobs.annotating import rules as annotations
from jobs.annotating.rules import Draft
from jobs.exporting import asking as exports
from jobs.exporting import choosing
from tests.exporting.running import finished
from tests.factories import make_finished_job, make_media, make_video, run_jobs

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("plugins")]


def made_of(owner, job, name, **options):
    export = exports.request(owner, choosing.of_job(job), name, options)
    run_jobs()
    return finished(export)[1]


def test_tracks_of_a_video(ada):
    job = make_finished_job(ada, [make_video(ada, frames=12)], "film")
    root = etree.fromstring(made_of(ada, job, "cvat"))
    boxes = root.findall("track/box")
    assert [box.get("frame") for box in boxes] == [str(n) for n in range(12)]
    assert root.find("track").get("label") == "red"
    assert made_of(ada, job, "csv").count(b"\r\n") == 13
    assert made_of(ada, job, "mot")[:2] == b"PK"


def test_masks_of_a_picture(ada):
    image = make_media(ada)
    annotations.add(image, [Draft(bbox=[0, 0, 20, 10], label="leaf")])
    job = make_finished_job(ada, [image], "marker")
    for name in ("coco", "cvat", "csv"):
        assert b"leaf" in made_of(ada, job, name), name
    assert made_of(ada, job, "yolo")[:2] == b"PK"


@pytest.mark.parametrize("name", ["text", "hocr", "pdf", "csv", "jsonl"])
def test_text_of_a_picture(ada, name):
    job = make_finished_job(ada, [make_media(ada)], tools=("read",), params={"word": "Grüße"})
    data = made_of(ada, job, name)
    assert data[:5] == b"%PDF-" if name == "pdf" else "Grüße".encode() in data
