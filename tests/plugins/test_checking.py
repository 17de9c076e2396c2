"""``manage.py plugins check``: what authors are told, for plugins that go wrong in every way."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from plugins_app.finding import registry
from plugins_app.management.checking import SAMPLES
from plugins_app.manifests.result_faults import published_schemas
from tests.plugins.hosts import FIXTURES, host_processes
from tests.plugins.packages import install

pytestmark = pytest.mark.slow


def check(*names, **options):
    """Lines of the report, and how many things there are to fix."""
    out = StringIO()
    try:
        call_command("plugins", "check", *map(str, names), stdout=out, **options)
    except CommandError as error:
        fix = int(str(error).removesuffix(" to fix.").split()[0])
    else:
        fix = 0
    assert host_processes() == []
    return out.getvalue(), fix


@pytest.fixture
def write(tmp_path):
    """Writes a plugin folder; ``body`` is the body of ``run_tool``."""

    def write_plugin(body, **tool):
        root = tmp_path / "mine"
        root.mkdir(exist_ok=True)
        tool = {"id": "run", "description": "Runs.", "inputs": ["image_path"], **tool}
        manifest = {"id": "mine", "name": "Mine", "version": "1", "tools": [tool]}
        (root / "manifest.json").write_text(json.dumps(manifest))
        code = f"class Plugin:\n    def run_tool(self, tool_name, args):\n        {body}\n"
        (root / "plugin.py").write_text(code)
        return root

    return write_plugin


def test_a_good_plugin_passes(write):
    report, fix = check(write("return {'text': 'a', 'lines': []}", output="text"))
    assert fix == 0
    assert "ok      manifest.json: mine 1, 1 tool." in report
    assert "ok      run: the shape of text," in report


@pytest.mark.parametrize(
    ("fixture", "words"),
    [
        ("import_error", "loading: The plugin could not be loaded: ModuleNotFoundError: No module"),
        ("bad_manifest", "manifest.json: $.tools: must not be empty."),
        ("no_manifest", "manifest.json: The folder has no manifest.json."),
        ("crash_on_load", "crashed with SIGABRT (Aborted). Its last output: loading the model"),
        ("error_on_load", "The weights file model.onnx is missing."),
        ("slow_load", "loading: The plugin did not finish loading in 1 seconds."),
        ("needs_things", "requires: The environment variable A_MODEL_NOBODY_SET is not set;"),
    ],
)
def test_what_is_broken_is_named_and_harms_nothing(fixture, words, monkeypatch):
    if fixture == "slow_load":
        monkeypatch.setattr("plugins_app.host.supervisor.LOAD_TIMEOUT_S", 1.0)
    report, fix = check(FIXTURES / fixture)
    assert words in report
    assert fix == 1


@pytest.mark.parametrize(
    ("output", "result", "fault"),
    [
        ("text", {"text": "a"}, "$ lacks lines."),
        (
            "text",
            {"text": "a", "lines": [{"text": "a", "score": 93}]},
            "$.lines[0].score must be at most 1, not 93.",
        ),
        (
            "detections",
            {"detections": [{"label": "a", "score": 0.5, "bbox": [1, 2, 3]}]},
            "$.detections[0].bbox must have at least 4 entries, not 3.",
        ),
        ("detections", ["a"], '$.detections[0] must be an object, not "a".'),
        (
            "masks",
            {"masks": [{"label": "a", "score": 1, "bbox": [0, 0, 1, 1]}]},
            "$.masks[0] lacks rle.",
        ),
        (
            "tracks",
            {"frames": [{"frame": -1, "time": 0, "objects": []}]},
            "$.frames[0].frame must be at least 0, not -1.",
        ),
        ("codes", {"codes": [{"format": "QR"}]}, "$.codes[0] lacks text."),
        ("keypoints", {"keypoints": {}}, "$.keypoints must be a list, not {}."),
    ],
)
def test_a_result_is_held_against_the_shape_it_declares(write, output, result, fault):
    report, fix = check(write(f"return {result!r}", output=output))
    assert f"error   run: Its result: {fault}" in report
    assert fix == 1


def test_an_exception_comes_with_its_traceback(write):
    report, fix = check(write("return args['colour']"))
    assert "error   run: tool_error: KeyError: 'colour'" in report
    assert "in run_tool" in report
    assert fix == 1


@pytest.mark.parametrize(
    "body",
    [
        "raise ValueError('b' + 'x' * 100_000)",
        "raise ValueError('b' + 'x' * 1_500)",
        "from plugins_app.sdk import ToolError; raise ToolError('b' + 'x' * 100_000)",
        "print('b' + 'x' * 20_000, flush=True); raise ValueError('no')",
        "return {'b' + 'x' * 100_000: float('nan')}",
    ],
)
def test_a_message_without_end_is_cut_and_the_rest_stays_readable(write, body):
    report, fix = check(write(body))
    assert max(map(len, report.splitlines())) < 600
    assert "characters left out]" in report
    assert "error   run: tool_error: " in report
    assert fix == 1


def test_declining_the_sample_is_no_mistake(write):
    body = (
        "from plugins_app.sdk import ToolError; raise ToolError('No page.', reason='undecodable')"
    )
    report, fix = check(write(body))
    assert "advice  run: It declined the sample: No page." in report
    assert fix == 0


def test_advice_for_whoever_fills_in_the_form(write):
    params = {"type": "object", "properties": {"size": {"type": "integer"}}}
    report, _fix = check(write("return {}", params=params, description=""))
    assert "advice  run: Add a description" in report
    assert "The parameter size has no description, no default, no minimum or maximum." in report


def test_a_parameter_that_must_be_given_keeps_the_tool_from_being_tried(write):
    rule = {"type": "string", "description": "Which."}
    params = {"type": "object", "properties": {"word": rule}, "required": ["word"]}
    report, fix = check(write("return {}", params=params))
    assert "Not run, because it needs parameters: word is missing." in report
    assert fix == 0


def test_a_tool_that_says_something_else_each_time_is_told_to_say_so(write):
    body = "import random; return {'number': random.random()}"
    assert 'declare "deterministic": false' in check(write(body))[0]
    assert 'declare "deterministic"' not in check(write(body, deterministic=False))[0]


def test_prompts_and_both_kinds_of_media_are_tried(write, tmp_path):
    (tmp_path / "a.mp4").write_bytes(b"a film")
    body = "return {'given': [bool(args['boxes']), args.get('video_path', 'image')]}"
    root = write(body, inputs=["image_path", "video_path"], prompts=["boxes"])
    report, fix = check(root, video=tmp_path / "a.mp4")
    assert "ok      run (image): any JSON" in report
    assert "ok      run (video): any JSON" in report
    assert fix == 0


def test_without_a_sample_video_it_says_that_nothing_was_run(write, monkeypatch, tmp_path):
    monkeypatch.setitem(SAMPLES, "video", tmp_path / "nothing.mp4")
    report, _fix = check(write("return {}", inputs=["video_path"]))
    assert "advice  run: Not run: there is no sample video." in report


def test_an_installed_plugin_is_checked_by_its_name_and_a_package_by_its_folder(
    fixture_plugins, tmp_path
):
    assert "ok      manifest.json: good 2.1.0, 3 tools." in check("fine")[0]
    install(tmp_path / "site", "letters", {"letters": "letters.plugin:Plugin"})
    report, fix = check(tmp_path / "site")
    assert "ok      analyze: the shape of text" in report
    assert fix == 0


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["check"], "Name the folder of a plugin"),
        (["check", "nobody"], "There is no folder nobody, and no such plugin."),
        (["check", "ocr", "--image", "nothing.png"], "There is no file nothing.png."),
        (["schema"], "Name one of: manifest, text, detections"),
        (["schema", "sound"], "Name one of: manifest, text, detections"),
    ],
)
def test_what_was_asked_wrongly_is_one_sentence(arguments, message):
    with pytest.raises(CommandError, match=message):
        call_command("plugins", *arguments)


@pytest.mark.parametrize("name", ["manifest", *published_schemas()])
def test_schemas_are_printed_and_valid(name):
    from jsonschema import Draft202012Validator

    out = StringIO()
    call_command("plugins", "schema", name, stdout=out)
    schema = json.loads(out.getvalue())
    Draft202012Validator.check_schema(schema)
    assert name in schema["title"]


@pytest.mark.slow
def test_the_plugins_that_come_with_the_server_pass():
    registry.refresh()
    fit = [
        one.id
        for one in registry.discover()
        if isinstance(one, registry.InstalledPlugin)
        and one.source == "builtin"
        and not (one.manifest.internal or one.unavailable_reason)
    ]
    report, fix = check(*fit)
    assert fix == 0, report
