"""Each output kind is in every list of kinds, and everybody who reads results can read it."""

import json
import re
from pathlib import Path

import numpy as np
import pytest
from django.template.loader import get_template
from jsonschema import Draft202012Validator

from jobs.annotating.takeover import drafts_of
from jobs.comparing.shapes import ResultComparison
from jobs.exporting.asking import formats, takes
from jobs.showing.renderers import rendered
from jobs.templatetags.pages import thing_lists
from plugins_app.api.shapes import ToolShape
from plugins_app.finding import registry
from plugins_app.manifests.result_faults import published_schemas, shape_faults
from plugins_app.manifests.schema import TOOL_SCHEMA
from plugins_app.manifests.spellings import canonical_spelling
from plugins_app.outputs import KINDS, NAMES, kinds_in
from plugins_app.outputs.frames import read_frames
from plugins_app.outputs.pixels import pixels_of
from plugins_app.outputs.pixels.compare import compare_files
from plugins_app.outputs.pixels.draw import drawn_things, paint
from plugins_app.outputs.summary import summarised
from tests.exporting.drawn import Desk

ROOT = Path(__file__).resolve().parents[2]
DOCS = (ROOT / "docs" / "plugins.md").read_text()
SIZE = (40, 30)
LISTING = [name for name, kind in KINDS.items() if kind.listed]
"""Kinds whose things are in a list; those of tracks are in frames, free JSON has none."""
WITH_THINGS = [name for name, kind in KINDS.items() if kind.has_things]


def fps():
    return 25.0


def test_kinds_are_the_files_of_the_folder():
    folder = ROOT / "plugins_app" / "outputs"
    files = {path.stem for path in folder.glob("*.py") if "\nKIND = " in path.read_text()}
    assert files == set(NAMES)
    drawn = {path.stem for path in (folder / "pixels").glob("*.py") if "PIXELS" in path.read_text()}
    assert drawn - {"__init__"} <= set(NAMES)


@pytest.mark.parametrize("name", NAMES)
class TestLists:
    def test_it_has_a_word_a_rank_and_a_sketch(self, name):
        kind = KINDS[name]
        assert kind.name == name
        assert kind.word
        assert [one.rank for one in KINDS.values()].count(kind.rank) == 1

    def test_manifests_and_the_api_take_it(self, name):
        assert name in TOOL_SCHEMA["properties"]["output"]["enum"]
        assert name in ToolShape().fields["output"].choices
        assert name in ResultComparison().fields["kind"].choices
        document = (ROOT / "docs" / "openapi.yaml").read_text()
        assert re.search(
            rf"\n    OutputEnum:\n      enum:\n(      - \w+\n)*      - {name}\n", document
        )

    def test_older_manifests_say_it_by_their_outputs(self, name):
        tool = canonical_spelling({"tools": [{"id": "t", "outputs": [name]}]})["tools"][0]
        assert tool["output"] == name

    def test_the_page_for_authors_has_its_shape(self, name):
        block = "\n".join(f"    {line}".rstrip() for line in sketched(name))
        assert block in DOCS or name == "json"
        assert f'"output": "{name}"' in DOCS or name != "json"

    def test_a_template_shows_it(self, name):
        get_template(KINDS[name].template)

    @pytest.mark.django_db
    def test_a_format_takes_it(self, name):
        taking = {one.id for one in formats() if name in takes(one)}
        assert "jsonl" in taking
        assert ("csv" in taking) == (name in WITH_THINGS)


def sketched(name):
    """The lines of the docs about a kind."""
    first, *rest = KINDS[name].sketch.splitlines()
    return [f"{name:12}{first}", *(f"{'':12}{line}" for line in rest)]


@pytest.mark.parametrize("name", NAMES)
class TestReaders:
    def test_its_example_has_the_published_shape(self, name):
        if schema := published_schemas().get(name):
            Draft202012Validator.check_schema(schema)
            assert shape_faults(name, {}) != []
        assert shape_faults(name, KINDS[name].example) == []

    def test_shaping_leaves_what_is_proper(self, name):
        shaped = KINDS[name].shape(KINDS[name].example, fps)
        assert shaped == KINDS[name].example

    def test_a_page_shows_it(self, name):
        view = rendered(name, KINDS[name].example)
        assert view.kind == name
        if name in LISTING:
            ((row, cells),) = view.cells
            assert all(cell.value for cell in cells)
            assert "cat" in row.shown
            assert row.is_drawn

    def test_two_results_are_compared(self, name, tmp_path):
        files = []
        for number in range(2):
            files.append(tmp_path / f"{number}.json")
            files[-1].write_text(json.dumps(KINDS[name].example))
        found = compare_files(*files)
        assert found["kind"] == name
        assert found["counts"]["same"] == (name in WITH_THINGS)
        assert sum(found["counts"].values()) == (name in WITH_THINGS)


@pytest.mark.parametrize("name", LISTING)
class TestThings:
    def test_its_thing_is_read(self, name):
        assert kinds_in(KINDS[name].example) == [KINDS[name]]
        (thing,) = KINDS[name].things(KINDS[name].example)
        assert thing.number == 1
        assert "cat" in (thing.label, thing.text)
        assert thing.bbox == (4, 5, 20, 10)

    def test_a_damaged_one_is_told_or_left_out(self, name):
        listed = KINDS[name].listed
        told = []
        damaged = {
            **KINDS[name].example,
            listed: [None, {"bbox": "there"}, *KINDS[name].example[listed]],
        }
        things = KINDS[name].things(damaged, told.append)
        assert told[0] == f"{listed}[0] is no object."
        assert f"{listed}[1].bbox is not [x, y, width, height]." in told
        assert things[-1].number == 3

    def test_it_is_drawn_on_its_picture(self, name):
        found = drawn_things(KINDS[name].example)
        canvas = np.full((SIZE[1] * 10, SIZE[0] * 10, 3), 255, np.uint8)
        before = canvas.copy()
        paint(canvas, SIZE, found)
        changed = (canvas != before).any(axis=2)
        assert changed[40:160, 30:250].any()
        assert not changed[200:].any()

    def test_the_script_of_pages_knows_its_list(self, name):
        kind = KINDS[name]
        assert f"{kind.listed}:{kind.noun}" in thing_lists().split()

    def test_it_can_be_taken_over(self, name):
        drafts = drafts_of(KINDS[name].example)
        assert (4, 5, 20, 10) in [draft.bbox for draft in drafts]


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.in_frames])
class TestFrames:
    def test_its_frames_are_read_and_summed_up(self, name, tmp_path):
        path = tmp_path / "result.json"
        path.write_text(json.dumps(KINDS["tracks"].example))
        (frame,) = read_frames(path)
        assert (frame.number, frame.time_s) == (0, 0.0)
        assert (frame.things[0].label, frame.things[0].track) == ("cat", "1")
        assert summarised(KINDS["tracks"].example).document()["frames"]["count"] == 1
        assert rendered("tracks", KINDS["tracks"].example).template == "outputs/tracks.html"

    def test_its_frames_are_shaped_one_by_one(self, name):
        shape = KINDS[name].frame_shaper(fps)
        proper = KINDS["tracks"].example["frames"][0]
        assert shape(proper, 0) is proper
        spelled = {"frame_idx": 5, "detections": [{"class": "cat", "xyxy": [4, 5, 24, 15]}]}
        (one,) = shape(spelled, 0)["objects"]
        assert (shape(spelled, 0)["time"], one["bbox"]) == (0.2, [4, 5, 20, 10])


@pytest.mark.parametrize("name", WITH_THINGS)
def test_a_table_has_a_row_for_it(name, tmp_path):
    video = 1 if not KINDS[name].listed else 0
    desk = Desk(tmp_path).add(name, KINDS[name].example, size=SIZE, video=video)
    table = desk.export("csv").popitem()[1].decode()
    assert "cat" in table.splitlines()[1]


def test_pixels_are_those_of_the_kind():
    assert [pixels_of(name).kind.name for name in NAMES] == list(NAMES)


def test_formats_name_kinds_that_there_are():
    manifest = registry.get("exports").manifest
    words = {word for tool in manifest.tools for word in tool.capabilities}
    assert words <= {*NAMES, "any", "things"}
