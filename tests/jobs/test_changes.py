"""Process what changed: what runs again, what is reused, and why."""

import pytest

from jobs import prompts
from jobs.annotating import rules as annotations
from jobs.annotating.rules import Draft
from jobs.models import Annotation, ItemStatus, JobItem, Media
from jobs.refusal import Refusal
from jobs.results.changes import decide
from jobs.submission import plan, submit
from plugins_app.manifests.manifest import parse_manifest
from plugins_app.models import Plugin
from tests.factories import make_plugin, make_user, media_row

pytestmark = pytest.mark.django_db

MANIFEST = {
    "id": "cutter",
    "name": "Cutter",
    "version": "1.0",
    "entrypoint": "plugin:Plugin",
    "tools": [
        {
            "id": "inside",
            "title": "Inside",
            "description": "Cuts out what boxes hold.",
            "inputs": ["image_path"],
            "prompts": ["boxes", "text"],
            "params": {
                "type": "object",
                "additionalProperties": False,
                "properties": {
                    "smooth": {"type": "integer", "title": "Smooth", "default": 1},
                    "text": {"type": "string", "title": "Text", "default": ""},
                },
            },
            "output": "masks",
            "timeout_s": 10,
            "memory_mb": 256,
        },
        {
            "id": "count",
            "title": "Count",
            "description": "Counts things; wants no prompt.",
            "inputs": ["image_path"],
            "params": {"type": "object", "additionalProperties": False, "properties": {}},
            "output": "json",
            "timeout_s": 10,
            "memory_mb": 256,
        },
    ],
}


@pytest.fixture
def plugin():
    manifest = parse_manifest(MANIFEST).canonical()
    return make_plugin(
        "cutter", version="1.0", code_digest="c0de", model_digest="m0del", manifest=manifest
    )


@pytest.fixture
def owner():
    return make_user()


def box(media, *where, **more):
    return annotations.add(media, [Draft(bbox=where, **more)])[0]


def process(owner, media, tool="inside", only_changed=True, **params):
    """Submit, and complete what runs with a correct run record. Returns the items by position."""
    job = submit(
        owner,
        plan("cutter", "image", tools=[tool], params=params, only_changed=only_changed),
        media,
    )
    checked = plan("cutter", "image", tools=[tool], params=params)
    decisions = decide("cutter", checked.tools, checked.tool_params, media, only_changed=False)
    plugin = Plugin.objects.get(pk="cutter")
    for item, decision in zip(job.items.order_by("position"), decisions, strict=True):
        if item.status == ItemStatus.PENDING:
            drawn = prompts.prompts_of([decision.media])[decision.media.pk]
            used = prompts.used_prompts(decision.tool, checked.tool_params[tool], drawn)
            run = {
                "version": plugin.version,
                "code_digest": plugin.code_digest,
                "model_digest": plugin.model_digest,
                "input_sha256": decision.media.blob.sha256,
                "params": checked.tool_params[tool],
                **used,
            }
            JobItem.objects.filter(pk=item.pk).update(
                status=ItemStatus.COMPLETED, run=run, finished_at=item.created_at, result="r.json"
            )
    job.refresh_from_db()
    return job, list(job.items.order_by("position"))


def ran(items):
    return [item.status == ItemStatus.COMPLETED for item in items]


def why(owner, media, **params):
    checked = plan("cutter", "image", tools=["inside"], params=params)
    return [d.why for d in decide("cutter", checked.tools, checked.tool_params, media,
                                  only_changed=True)]  # fmt: skip


def test_only_what_changed_runs_again_and_the_rest_names_what_it_reuses(plugin, owner):
    media = [media_row(owner) for _ in range(5)]
    boxes = [box(m, 1, 1, 4, 4) for m in media[:3]]
    _job, first = process(owner, media)
    assert ran(first) == [True, True, True, False, False]
    assert {item.error_message for item in first[3:]} == {"It has no box or text prompt."}
    annotations.change(boxes[1], Draft(bbox=[2, 2, 4, 4]))
    assert ran(process(owner, media)[1]) == [False, True, False, False, False]
    job, third = process(owner, media)
    assert ran(third) == [False] * 5
    assert third[0].reused_id == first[0].pk
    assert job.status == "completed"
    assert job.ended == job.total == 5
    assert ran(process(owner, media, only_changed=False)[1]) == [True, True, True, False, False]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda m: box(m, 5, 5, 2, 2), "A box was added."),
        (lambda m: [box(m, 5, 5, 2, 2), box(m, 6, 6, 2, 2)], "2 boxes were added."),
        (lambda m: Annotation.objects.last().delete(), "A box was deleted."),
        (lambda m: Annotation.objects.filter(x=1).delete() and box(m, 1, 1, 3, 3),
         "A box was changed."),
        (lambda m: Annotation.objects.update(role="negative"), "2 boxes were changed."),
        (lambda m: Annotation.objects.all().delete() and box(m, 1, 1, 3, 3),
         "The annotations changed."),
        (lambda m: Media.objects.update(text_prompt="a coin"), "The text prompt changed."),
        (lambda m: Plugin.objects.update(version="2.0"), "The plugin has another version."),
        (lambda m: Plugin.objects.update(code_digest="new"), "The plugin's code changed."),
        (lambda m: Plugin.objects.update(model_digest="new"), "The plugin's model changed."),
    ],
)  # fmt: skip
def test_each_change_is_a_reason(plugin, owner, change, said):
    media = media_row(owner)
    box(media, 1, 1, 4, 4)
    box(media, 2, 2, 4, 4)
    process(owner, [media])
    assert why(owner, [media]) == ["Nothing changed."]
    change(media)
    assert why(owner, [Media.objects.get()]) == [said]


def test_other_parameters_are_a_reason_and_defaults_spelled_out_are_not(plugin, owner):
    media = media_row(owner)
    box(media, 1, 1, 4, 4)
    process(owner, [media])
    assert why(owner, [media], smooth=1) == ["Nothing changed."]
    assert why(owner, [media], smooth=2) == ["The parameters changed."]


def test_the_order_of_annotations_makes_no_difference(plugin, owner):
    media = media_row(owner)
    annotations.add(media, [Draft(bbox=[1, 1, 4, 4]), Draft(bbox=[5, 5, 2, 2])])
    process(owner, [media])
    annotations.replace(media, [Draft(bbox=[5, 5, 2, 2]), Draft(bbox=[1, 1, 4, 4])])
    assert why(owner, [media]) == ["Nothing changed."]


def test_a_parameter_stands_in_for_a_missing_prompt(plugin, owner):
    media = media_row(owner)
    assert why(owner, [media]) == ["It has no box or text prompt."]
    assert why(owner, [media], text="coin") == ["It is new."]


def test_tools_without_prompts_do_not_look_at_annotations(plugin, owner):
    media = media_row(owner)
    assert ran(process(owner, [media], tool="count")[1]) == [True]
    box(media, 1, 1, 4, 4)
    assert ran(process(owner, [media], tool="count")[1]) == [False]


def test_deciding_costs_a_constant_number_of_queries(plugin, owner, django_assert_max_num_queries):
    media = [media_row(owner) for _ in range(30)]
    box(media[0], 1, 1, 4, 4)
    process(owner, media)
    checked = plan("cutter", "image", tools=["inside"])
    with django_assert_max_num_queries(5):
        list(decide("cutter", checked.tools, checked.tool_params, media, only_changed=True))


@pytest.mark.parametrize(
    ("draft", "said"),
    [
        (Draft(), "Give either bbox or point."),
        (Draft(bbox=[1, 1, 2, 2], point=[1, 1]), "Give either bbox or point."),
        (Draft(bbox=[1, 1, 0, 2]), "above 0"),
        (Draft(bbox=[1, 1, float("nan"), 2]), "four numbers"),
        (Draft(bbox=[20, 1, 5, 5]), "outside the picture of 10x10 pixels"),
        (Draft(point=[11, 1]), "outside the picture"),
        (Draft(bbox=[1, 1, 2, 2], role="king"), "The role must be one of"),
    ],
)
def test_annotations_that_can_not_be_are_told(owner, draft, said):
    with pytest.raises(Refusal, match=said):
        annotations.add(media_row(owner, size=(10, 10)), [draft])
    assert not Annotation.objects.exists()


def test_a_box_over_the_edge_is_cut_at_the_edge(owner):
    row = box(media_row(owner, size=(10, 10)), -5, 8, 10, 10)
    assert (row.x, row.y, row.width, row.height) == (0, 8, 5, 2)
