"""Results of documents of several pages: what is on which page is kept, and told by everybody."""

import json

import pytest
from django.urls import reverse

from jobs.annotating.takeover import drafts_of
from jobs.showing.renderers import rendered
from plugins_app.manifests.result_faults import shape_faults
from plugins_app.outputs import KINDS
from plugins_app.outputs.pixels.compare import compare_documents
from plugins_app.outputs.pixels.draw import drawn_things
from tests.exporting.drawn import Desk
from tests.factories import make_result

LISTING = [name for name, kind in KINDS.items() if kind.listed]


def paged(name, page=3):
    """The example of a kind, with the same thing on another page after it."""
    example, listed = KINDS[name].example, KINDS[name].listed
    (thing,) = example[listed]
    return {**example, listed: [thing, {**thing, "page": page}]}


@pytest.mark.parametrize("name", LISTING)
class TestEachKind:
    def test_a_page_is_part_of_its_shape(self, name):
        assert shape_faults(name, paged(name)) == []
        assert KINDS[name].shape(paged(name), float) == paged(name)
        (fault,) = shape_faults(name, paged(name, 0))
        assert fault.endswith("[1].page must be at least 1, not 0.")

    def test_things_know_their_page(self, name):
        assert [one.page for one in KINDS[name].things(paged(name))] == [1, 3]
        assert [one.page for one in KINDS[name].things(paged(name, "3"))] == [1, 1]

    def test_only_the_first_page_lies_on_the_picture(self, name):
        view = rendered(name, paged(name))
        assert [row.is_drawn for row in view.rows] == [True, False]
        assert len(drawn_things(paged(name))) == 1
        assert len(drafts_of(paged(name))) == len(drafts_of(KINDS[name].example))

    def test_things_of_different_pages_are_not_the_same(self, name):
        example, listed = KINDS[name].example, KINDS[name].listed
        moved = {**example, listed: [{**example[listed][0], "page": 2}]}
        counts = compare_documents(example, moved)["counts"]
        if name == "text":  # the same line, on another page
            assert counts["moved"] == 1
        else:
            assert (counts["gone"], counts["new"]) == (1, 1)

    def test_exports_that_list_things_tell_it(self, name, tmp_path):
        desk = Desk(tmp_path).add(name, paged(name), size=(40, 30))
        head, first, second = desk.export("csv").popitem()[1].decode().splitlines()
        column = head.split(",").index("page")
        assert [row.split(",")[column] for row in (first, second)] == ["1", "3"]
        (line,) = desk.export("jsonl").popitem()[1].decode().splitlines()
        assert json.loads(line)["result"] == paged(name)


def test_tables_without_other_pages_have_no_column_for_them(tmp_path):
    desk = Desk(tmp_path).add("text", KINDS["text"].example)
    assert "page" not in desk.export("csv").popitem()[1].decode().splitlines()[0]
    assert not rendered("text", KINDS["text"].example).has_pages


@pytest.mark.parametrize("name", ["coco", "yolo"])
def test_formats_of_pictures_take_the_page_that_the_picture_is(name, tmp_path):
    desk = Desk(tmp_path).add("detections", paged("detections"), size=(40, 30))
    files = desk.export(name)
    if name == "coco":
        assert len(json.loads(files.popitem()[1])["annotations"]) == 1
    else:
        assert len(files["labels/a.txt"].splitlines()) == 1


def test_the_table_of_the_page_has_a_column(client_of, ada):
    item = make_result(ada, "text", paged("text"))
    address = reverse("job", args=[item.job_id])
    page = " ".join(client_of(ada).get(address).content.decode().split())
    assert '<th scope="col" class="number-cell">Page</th>' in page
    assert '<td class="numbers number-cell">3</td>' in page


def test_blocks_of_text_keep_their_page():
    result = {"text": "a", "blocks": [{"text": "a", "confidence": 0.5, "page": 2}]}
    (line,) = KINDS["text"].shape(result, float)["lines"]
    assert line == {"text": "a", "score": 0.5, "bbox": None, "page": 2}
