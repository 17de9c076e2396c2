"""Finding plugins without running any of their code."""

import json
import shutil
import sys

import pytest

from plugins_app.finding import registry
from plugins_app.finding.digest import code_digest
from plugins_app.finding.registry import BrokenPlugin, InstalledPlugin, PluginNotFound
from tests.plugins.hosts import FIXTURES, broken, installed


def install(settings, folder):
    settings.PLUGIN_DIRS = [folder]
    registry.refresh()


@pytest.fixture
def plugins_folder(settings, tmp_path):
    """An empty folder that PLUGIN_DIRS names."""
    folder = tmp_path / "plugins"
    folder.mkdir()
    install(settings, folder)
    yield folder
    settings.PLUGIN_DIRS = []
    registry.refresh()


def put(folder, name, **manifest):
    root = folder / name
    root.mkdir()
    data = {
        "id": name,
        "name": name,
        "version": "1",
        "tools": [{"id": "run", "inputs": ["image_path"]}],
        **manifest,
    }
    (root / "manifest.json").write_text(json.dumps(data))
    (root / "plugin.py").write_text("raise AssertionError('imported')\n")
    return root


def test_the_built_in_probe_is_found_and_internal():
    media = registry.get("media")
    assert media.source == "builtin"
    assert media.manifest.internal
    assert media.unavailable_reason == ""


def test_sound_and_broken_plugins_are_found_side_by_side(fixture_plugins):
    found = {one.id: type(one) for one in registry.discover()}
    assert found["good"] is InstalledPlugin
    assert found["troublemaker"] is InstalledPlugin
    assert found["bad_manifest"] is BrokenPlugin
    assert found["no_manifest"] is BrokenPlugin


def test_a_broken_manifest_is_listed_with_its_mistake(fixture_plugins):
    assert broken("bad_manifest").error.startswith("$.")
    assert broken("no_manifest").error == "The folder has no manifest.json."


def test_everything_that_is_missing_is_listed(fixture_plugins):
    reason = installed("needs-things").unavailable_reason
    assert reason == (
        "The environment variable A_MODEL_NOBODY_SET is not set;"
        " the file weights.onnx does not exist;"
        " the Python package a_module_nobody_has is not installed."
    )


def test_what_a_plugin_needs_is_looked_up_but_not_imported(plugins_folder, monkeypatch):
    package = plugins_folder.parent / "site" / "needed_package"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise AssertionError('imported')\n")
    monkeypatch.syspath_prepend(str(package.parent))
    put(plugins_folder, "one", requires={"python": ["needed_package.deep.down"]})
    assert registry.get("one").unavailable_reason == ""
    assert "needed_package" not in sys.modules


def test_a_required_file_may_be_named_by_a_variable(plugins_folder, monkeypatch, tmp_path):
    put(plugins_folder, "one", requires={"files": ["$SOME_MODEL"]})
    assert "$SOME_MODEL does not exist" in registry.get("one").unavailable_reason
    (tmp_path / "model.onnx").touch()
    monkeypatch.setenv("SOME_MODEL", str(tmp_path / "model.onnx"))
    registry.refresh()
    assert registry.get("one").unavailable_reason == ""


def test_a_plugin_answers_to_its_aliases(fixture_plugins):
    assert registry.get("fine").id == "good"


def test_an_id_goes_before_an_alias(plugins_folder):
    put(plugins_folder, "a", aliases=["b"])
    put(plugins_folder, "b")
    registry.refresh()
    assert registry.get("b").id == "b"


def test_an_unknown_plugin_is_refused_with_those_there_are(fixture_plugins):
    with pytest.raises(PluginNotFound) as caught:
        registry.get("nobody")
    assert "There is no plugin 'nobody'." in str(caught.value)
    assert "good" in str(caught.value)
    assert "media" not in str(caught.value).partition("There are:")[2]


def test_two_plugins_with_one_id_are_told_apart(plugins_folder):
    put(plugins_folder, "first", id="same")
    put(plugins_folder, "second", id="same")
    registry.refresh()
    assert registry.get("same").root.name == "first"
    assert broken("second").error == "The id 'same' is already used by the plugin in 'first'."


def test_a_folder_plugin_cannot_take_the_place_of_the_servers_own(plugins_folder):
    put(plugins_folder, "media", internal=True)
    put(plugins_folder, "hidden", internal=True)
    registry.refresh()
    assert registry.get("media").source == "builtin"
    assert not registry.get("hidden").manifest.internal


@pytest.mark.parametrize(
    ("content", "error"),
    [
        (b"{not json", "$: manifest.json is not JSON:"),
        (b"\xff\xfe", "$: manifest.json is not JSON:"),
        (b"[" * 200_000, "$: manifest.json is not JSON:"),
        (b" " * 1_100_000, "$: manifest.json is larger than 1 MiB."),
        (b"null", "$: must be an object, not null."),
    ],
)
def test_an_unreadable_manifest_harms_nobody_else(plugins_folder, content, error):
    put(plugins_folder, "sound")
    (put(plugins_folder, "torn") / "manifest.json").write_bytes(content)
    registry.refresh()
    assert broken("torn").error.startswith(error)
    assert registry.get("sound").id == "sound"


def test_a_plugin_folder_that_does_not_exist_is_listed(settings, tmp_path):
    install(settings, tmp_path / "nowhere")
    try:
        assert broken("nowhere").error == "This folder from PLUGIN_DIRS does not exist."
    finally:
        install(settings, FIXTURES)
        settings.PLUGIN_DIRS = []
        registry.refresh()


def test_the_digest_covers_code_and_manifest_and_nothing_else(plugins_folder):
    root = put(plugins_folder, "one")
    before = code_digest(root)
    (root / "__pycache__").mkdir()
    (root / "__pycache__" / "plugin.cpython-311.py").write_text("x")
    (root / "sample.png").write_bytes(b"x")
    (root / ".hidden.py").write_text("x")
    assert code_digest(root) == before
    (root / "sub").mkdir()
    (root / "sub" / "more.py").write_text("x = 1\n")
    changed = code_digest(root)
    assert changed != before
    (root / "sub" / "more.py").rename(root / "more.py")
    assert code_digest(root) not in (before, changed)


def test_the_digest_is_the_same_wherever_the_plugin_lies(plugins_folder, tmp_path):
    root = put(plugins_folder, "one")
    shutil.copytree(root, tmp_path / "elsewhere")
    assert code_digest(root) == code_digest(tmp_path / "elsewhere")


def test_a_refresh_sees_what_changed(plugins_folder):
    root = put(plugins_folder, "one")
    registry.refresh()
    before = registry.get("one")
    (root / "plugin.py").write_text("raise AssertionError('imported again')\n")
    assert registry.get("one") is before
    registry.refresh()
    assert registry.get("one").code_digest != before.code_digest
    shutil.rmtree(root)
    registry.refresh()
    with pytest.raises(PluginNotFound):
        registry.get("one")


@pytest.fixture
def installed_package(tmp_path, monkeypatch):
    """Puts a distribution with an entry point on the path; importing it is an error."""
    site = tmp_path / "site"
    info = site / "some_plugin-3.0.dist-info"
    package = site / "some_plugin" / "inner"
    package.mkdir(parents=True)
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: some-plugin\nVersion: 3.0\n")
    (info / "entry_points.txt").write_text(
        "[forgesyte.plugins]\nsome-name = some_plugin.inner.code:Detector\n"
    )
    for folder in (package.parent, package):
        (folder / "__init__.py").write_text("raise AssertionError('imported')\n")
    (package / "code.py").write_text("raise AssertionError('imported')\n")
    monkeypatch.syspath_prepend(str(site))
    registry.refresh()
    yield package.parent
    monkeypatch.undo()
    registry.refresh()


def test_a_package_is_found_by_its_entry_point_without_importing_it(installed_package):
    manifest = {
        "id": "detector",
        "name": "Detector",
        "version": "3.0",
        "entrypoint": "somewhere.else",
        "tools": [{"id": "run", "inputs": ["image_path"]}],
    }
    (installed_package / "manifest.json").write_text(json.dumps(manifest))
    registry.refresh()
    found = registry.get("some-name")
    assert (found.id, found.source, found.root) == ("detector", "package", installed_package)
    assert found.manifest.entrypoint == "some_plugin.inner.code:Detector"
    assert "some_plugin" not in sys.modules


def test_a_package_without_a_manifest_is_listed_as_broken(installed_package):
    assert broken("some-name").error.startswith("The package has no manifest.json")
