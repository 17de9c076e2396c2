"""Packages written for the original ForgeSyte server run as they are, once pip-installed."""

import base64
import json
import sys

import pytest
from django.core.management import call_command

from plugins_app.finding import registry
from plugins_app.host import HostFailure, PluginHost
from plugins_app.manifests.params import normalise
from plugins_app.models import Plugin
from tests.factories import picture
from tests.plugins.hosts import broken, host_processes, unwatched
from tests.plugins.hosts import call as make_call
from tests.plugins.packages import install

pytestmark = pytest.mark.slow

LETTERS = {"letters": "letters.plugin:Plugin"}
FOOTBALL = {"football": "football.plugin:Plugin"}
SHORTCUTS = {"shortcuts": "shortcuts.plugin:Plugin"}
PALETTE = {"palette": "palette.plugin:Plugin"}


@pytest.fixture
def shelf(settings, tmp_path):
    """A folder that PLUGIN_DIRS names; each package is installed into a folder of its own in it."""
    settings.PLUGIN_DIRS = [tmp_path / "shelf"]
    (tmp_path / "shelf").mkdir()
    registry.refresh()
    yield tmp_path / "shelf"
    settings.PLUGIN_DIRS = []
    registry.refresh()


@pytest.fixture
def run(shelf, tmp_path, workdir):
    """Runs a tool of an installed package in a real host; afterwards no process is left."""
    hosts = {}
    file = tmp_path / "medium"
    file.write_bytes(picture())

    def run_tool(plugin_id, tool, kind="image", **given):
        plugin = registry.get(plugin_id)
        host = hosts.setdefault(plugin.id, PluginHost(plugin))
        params = normalise(plugin.manifest.tool(tool), given)
        return host.call(make_call(tool, file, workdir, params=params, kind=kind), unwatched)

    run_tool.file = file
    yield run_tool
    for host in hosts.values():
        host.close()
    assert host_processes() == []


def sync():
    call_command("plugins", "sync", verbosity=0)
    registry.refresh()


@pytest.mark.django_db
def test_without_a_manifest_it_waits_for_a_sync_and_is_then_described(shelf):
    install(shelf / "one", "letters", LETTERS)
    registry.refresh()
    assert "Run manage.py plugins sync" in broken("letters").error
    sync()
    found = registry.get("letters")
    assert (found.source, found.root) == ("package", shelf / "one" / "letters")
    assert found.manifest.version == "1.2.0"
    assert found.manifest.description == "From afar."
    (tool,) = found.manifest.tools
    assert (tool.id, tool.inputs, tool.output) == ("analyze", ("image_bytes",), "text")
    assert tool.description == "Extract text and blocks from an image"
    assert registry.get("letters_by_hand").id == "letters"
    assert Plugin.objects.get(pk="letters").state == "ready"
    assert "letters.plugin" not in sys.modules
    assert host_processes() == []


@pytest.mark.django_db
def test_a_package_is_started_to_describe_it_only_when_its_code_is_new(shelf, monkeypatch):
    started = []
    monkeypatch.setattr("plugins_app.sync.describe", started.append)
    install(shelf / "one", "letters", LETTERS)
    sync()
    assert [package.name for package in started] == ["letters"]
    monkeypatch.undo()
    sync()
    monkeypatch.setattr("plugins_app.sync.describe", started.append)
    sync()
    assert len(started) == 1
    (shelf / "one" / "letters" / "more.py").write_text("x = 1\n")
    sync()
    assert len(started) == 2


@pytest.mark.django_db
def test_migrating_starts_no_plugin(shelf, monkeypatch):
    monkeypatch.setattr("plugins_app.host.description.ChildProcess", None)
    install(shelf / "one", "letters", LETTERS)
    call_command("migrate", verbosity=0)
    assert "Run manage.py plugins sync" in Plugin.objects.get(pk="letters").reason


@pytest.mark.parametrize(
    ("module", "reason"),
    [
        ("crashes", "crashed with SIGABRT (Aborted). Its last output: about to crash"),
        ("fails", "No module named 'a_module_nobody_has'"),
        ("toolless", "description of itself is not a valid manifest. $.tools: must not be empty."),
        ("hangs", "The plugin did not finish loading in 1 seconds."),
        ("nowhere", "No module named 'stuck.nowhere'"),
    ],
)
@pytest.mark.django_db
def test_one_that_cannot_say_what_it_is_is_listed_with_the_reason(
    shelf, monkeypatch, module, reason
):
    if module == "hangs":
        monkeypatch.setattr("plugins_app.host.description.LIMIT_S", 1.0)
    install(shelf / "one", "stuck", {"stuck-one": f"stuck.{module}"})
    install(shelf / "two", "letters", LETTERS)
    sync()
    if module == "nowhere":
        reason = "stuck.nowhere can't be found."
    assert reason in broken("stuck-one").error
    assert reason in Plugin.objects.get(pk="stuck-one").reason
    assert registry.get("letters").id == "letters"
    assert host_processes() == []


@pytest.mark.django_db
def test_a_plugin_that_is_repaired_is_described_at_the_next_sync(shelf):
    install(shelf / "one", "stuck", {"stuck-one": "stuck.fails"})
    sync()
    (shelf / "one" / "a_module_nobody_has.py").touch()
    (shelf / "one" / "stuck" / "fails.py").write_text("from .toolless import Plugin\n")
    (shelf / "one" / "stuck" / "toolless.py").write_text(
        "class Plugin:\n    tools = {'run': {}}\n    def run_tool(self, name, args): return {}\n"
    )
    sync()
    assert registry.get("stuck-one").manifest.tools[0].inputs == ("image_bytes", "image_base64")


@pytest.mark.django_db
def test_bytes_options_blocks_and_pydantic_like_results(run, shelf):
    install(shelf / "one", "letters", LETTERS)
    sync()
    done = run("letters", "analyze", language="deu")
    size = run.file.stat().st_size
    text = f"{size} bytes, loaded 1 time"
    assert done.result == {
        "text": text,
        "lines": [{"text": text, "score": 0.875, "bbox": [1, 2, 30, 10]}],
        "confidence": 0.875,
        "language": "deu",
        "error": None,
    }
    with pytest.raises(HostFailure, match="No such language: tlh") as caught:
        run("letters", "analyze", language="tlh")
    assert caught.value.reason == "tool_error"


@pytest.mark.django_db
def test_tools_that_are_callables_get_the_arguments_they_know(run, shelf):
    install(shelf / "one", "shortcuts", SHORTCUTS)
    sync()
    tool = registry.get("shortcuts").manifest.tool("count_bytes")
    assert tool.description == "Count the bytes of an image."
    assert tool.params["properties"]["factor"] == {
        "title": "Factor", "type": "integer", "default": 1,
    }  # fmt: skip
    size = run.file.stat().st_size
    done = run("shortcuts", "count_bytes", factor=2)
    assert done.result == {"byte_count": 2 * size, "model": "loaded"}
    length = len(base64.b64encode(run.file.read_bytes()))
    assert run("shortcuts", "later").result == {"length": length}


@pytest.mark.django_db
def test_a_plugin_that_only_analyses_has_one_tool(run, shelf):
    install(shelf / "one", "palette", PALETTE)
    sync()
    found = registry.get("palette").manifest
    assert (found.version, found.description) == ("1.1.0", "Map colours to blocks")
    rule = found.tool("default").params["properties"]["threshold"]
    assert (rule["type"], rule["minimum"], rule["maximum"]) == ("number", 1.0, 100.0)
    done = run("palette", "analyze", threshold=30)
    assert done.result["text"] == f"{run.file.stat().st_size} bytes at 30.0"
    with pytest.raises(HostFailure, match="Dim"):
        run("palette", "analyze", threshold=99.5)


def test_with_a_manifest_it_needs_no_description_and_answers_to_all_its_names(shelf):
    install(shelf / "one", "football", FOOTBALL)
    registry.refresh()
    found = registry.get("forgesyte-football")
    assert found.manifest.version == "0.9.7"
    assert registry.get("yolo-football") is registry.get("football") is found
    assert "football.plugin" not in sys.modules
    manifest = found.manifest
    assert manifest.tool_for_capability("player_detection", "video").id == "video_player_tracking"
    assert manifest.tool("video_player_tracking").output == "tracks"


def test_corners_become_boxes_and_base64_pictures_files(run, shelf):
    install(shelf / "one", "football", FOOTBALL)
    registry.refresh()
    done = run("yolo-football", "player_detection", annotated=True)
    one = {"label": "player", "score": 0.9, "bbox": [10.0, 20.0, 30.0, 60.0], "class_id": 0}
    assert done.result == {
        "detections": [one, one],
        "count": 2,
        "device": "cpu",
        "annotated_image_base64": {"artifact": "annotated_image.png", "content_type": "image/png"},
    }
    (file,) = done.artifacts
    assert (file.name, file.kind, file.content_type) == (
        "annotated_image.png", "picture", "image/png",
    )  # fmt: skip
    assert file.path.read_bytes() == run.file.read_bytes()
    assert "annotated_image_base64" not in run("yolo-football", "player_detection").result


def test_an_error_that_is_returned_is_a_failure(run, shelf):
    install(shelf / "one", "football", FOOTBALL)
    registry.refresh()
    run.file.write_bytes(b"GIF")
    with pytest.raises(HostFailure, match="invalid_image: No PNG"):
        run("yolo-football", "player_detection")


def test_frames_of_videos_become_tracks(run, shelf):
    install(shelf / "one", "football", FOOTBALL)
    registry.refresh()
    result = run("yolo-football", "video_player_tracking", kind="video").result
    assert [frame["frame"] for frame in result["frames"]] == [0, 1, 2]
    (last,) = result["frames"][2]["objects"]
    assert last == {
        "track_id": 7, "label": "0", "score": None, "bbox": [12.0, 20.0, 30.0, 60.0],
        "class_id": 0, "center": [27.0, 50.0],
    }  # fmt: skip
    (track,) = result["tracks"]
    assert track == {
        "track_id": 7, "label": "0", "first_frame": 0, "last_frame": 2, "frames": 3,
    }  # fmt: skip
    result = run("yolo-football", "video_ball_detection", kind="video").result
    assert result == {
        "fps": 10,
        "frames": [
            {
                "frame": 0,
                "time": 0.0,
                "objects": [
                    {"label": "1", "score": 0.5, "bbox": [0, 0, 4, 4], "class_id": 1},
                    {"label": "1", "score": 0.25, "bbox": [8, 8, 1, 1], "class_id": 1},
                ],
            }
        ],
        "tracks": [],
    }


def test_a_manifest_that_the_wheel_forgot_is_made_up_for(shelf, db):
    install(shelf / "one", "football", FOOTBALL, leave_out=["manifest.json"])
    sync()
    found = registry.get("yolo-football")
    assert found.manifest.version == "0.2.0"
    assert [tool.id for tool in found.manifest.tools] == [
        "player_detection", "video_player_tracking", "video_ball_detection",
    ]  # fmt: skip
    assert found.manifest.tool("video_ball_detection").timeout_s == 3600


def test_what_a_package_depends_on_is_its_own(run, shelf, settings):
    """Two plugins bring different versions of a module of one name."""
    for number in ("1", "2"):
        site = shelf / f"needs{number}"
        install(site, "letters", {f"letters{number}": "letters.plugin:Plugin"})
        (site / "shared_helper.py").write_text(f"VERSION = {number}\n")
        (site / "letters" / "manifest.json").write_text(
            json.dumps(
                {
                    "id": f"letters{number}",
                    "name": "Letters",
                    "version": "1",
                    "requires": {"python": ["shared_helper", "numpy"]},
                    "tools": [{"id": "run", "inputs": ["image_path"]}],
                }
            )
        )
        (site / "letters" / "plugin.py").write_text(
            "import shared_helper\n\nclass Plugin:\n    def run_tool(self, name, args):\n"
            "        return {'version': shared_helper.VERSION}\n"
        )
    registry.refresh()
    assert registry.get("letters1").unavailable_reason == ""
    assert run("letters1", "run").result == {"version": 1}
    assert run("letters2", "run").result == {"version": 2}


def test_a_folder_of_packages_without_a_plugin_says_so(shelf):
    install(shelf / "one", "letters", {})
    registry.refresh()
    assert "has an entry point in the group forgesyte.plugins" in broken("one").error


@pytest.mark.django_db
def test_a_package_on_the_servers_own_path_is_found_as_well(tmp_path, monkeypatch):
    site = tmp_path / "site"
    install(site, "letters", LETTERS)
    monkeypatch.syspath_prepend(str(site))
    registry.refresh()
    assert "Run manage.py plugins sync" in broken("letters").error
    monkeypatch.undo()
    registry.refresh()
