"""Files of boxes for tests, and what became of them."""

import io
import json
import zipfile

from jobs.models import Annotation
from tests.factories import form_file

LINE = "1 0.5 0.5 0.25 0.5\n"
"""Of YOLO's text files: a box in the middle."""


def sender(client):
    """A function that sends files by name; a str is text, a dict JSON."""

    def run(sent, **fields):
        bodies = [(name, as_bytes(body)) for name, body in sent.items()]
        parts = [form_file(name, body, "application/octet-stream") for name, body in bodies]
        where = "/v1/annotations/import"
        return client.post(where, {"file": parts, **fields}, format="multipart")

    return run


def as_bytes(body):
    if isinstance(body, bytes):
        return body
    return (body if isinstance(body, str) else json.dumps(body)).encode()


def zipped(members):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, body in members.items():
            archive.writestr(name, as_bytes(body))
    return stream.getvalue()


def coco(*boxes, name="street.png", size=(80, 40), **more):
    """A COCO document of one image; each box is (category id, bbox)."""
    return {
        "images": [{"id": 7, "file_name": name, "width": size[0], "height": size[1]}],
        "categories": [{"id": 1, "name": "car"}, {"id": 2, "name": "Fußgänger"}],
        "annotations": [
            {"id": n, "image_id": 7, "category_id": kind, "bbox": bbox, "area": 1, "iscrowd": 0}
            for n, (kind, bbox) in enumerate(boxes, start=1)
        ],
        **more,
    }


def boxes_on(medium):
    rows = Annotation.objects.filter(media=medium)
    return [(r.label, r.role, [r.x, r.y, r.width, r.height]) for r in rows]


def outcome(response, number=0):
    assert response.status_code == 200, response.content
    return response.json()["files"][number]
