"""``manage.py plugins`` and ``manage.py run_tool``."""

import json
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import override_settings

from plugins_app.finding import registry
from plugins_app.models import Plugin
from tests.plugins.hosts import host_processes


def run(*arguments):
    out, err = StringIO(), StringIO()
    call_command(*arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


@pytest.mark.django_db
def test_sync_says_what_changed_and_what_is_broken(fixture_plugins):
    out, err = run("plugins", "sync")
    assert "added: " in out
    assert "good" in out
    assert "no_manifest: The folder has no manifest.json." in err


@pytest.mark.django_db
def test_the_list_is_a_table_with_state_and_why(fixture_plugins):
    run("plugins", "sync")
    Plugin.objects.filter(pk="good").update(paused=True)
    out, _err = run("plugins")
    lines = {line.split()[0]: line.split(maxsplit=4)[1:] for line in out.splitlines()}
    assert lines["ID"] == ["VERSION", "SOURCE", "STATE", "WHY"]
    assert lines["good"] == ["2.1.0", "folder", "paused"]
    assert lines["media"][1:] == ["builtin", "ready"]
    assert "A_MODEL_NOBODY_SET is not set" in lines["needs-things"][-1]


@pytest.mark.django_db
def test_before_the_first_migration_the_list_says_what_to_do(monkeypatch):
    monkeypatch.setattr(Plugin._meta, "db_table", "not_there_yet")
    with pytest.raises(CommandError, match=r"Run: manage\.py migrate"):
        run("plugins")


def test_a_tool_runs_without_queue_and_database(fixture_plugins, picture, tmp_path):
    out, err = run(
        "run_tool", "fine", "default", str(picture),
        "--params", '{"min_score": 1}', "--artifacts", str(tmp_path / "kept"),
    )  # fmt: skip
    result = json.loads(out)
    assert result["args"]["image_bytes"] == "10 bytes"
    assert result["args"]["options"] == {"min_score": 1.0, "mode": "fast"}
    assert "model loaded" in err
    assert "artifact: note.txt (text/plain)" in err
    assert (tmp_path / "kept" / "note.txt").read_text() == "written by the tool"
    assert host_processes() == []


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nobody", "run"], "There is no plugin 'nobody'."),
        (["good", "run"], "Plugin good has no tool 'run'."),
        (
            ["good", "default", "--params", '{"min_score": 3}'],
            "min_score must be at most 1, not 3.",
        ),
        (["good", "default", "--params", "nonsense"], "is not JSON"),
        (["good", "default", "--params", "[]"], "must be a JSON object"),
        (["troublemaker", "tool_error"], "undecodable: The picture shows no page."),
        (["troublemaker", "segfault"], "plugin_crashed: The plugin's process crashed with SIGSEGV"),
    ],
)
def test_what_goes_wrong_is_one_sentence(fixture_plugins, picture, arguments, message):
    plugin, tool, *rest = arguments
    with pytest.raises(CommandError) as caught:
        run("run_tool", plugin, tool, str(picture), *rest)
    assert message in str(caught.value)
    assert host_processes() == []


def test_a_message_without_end_is_cut_on_the_terminal(picture, tmp_path):
    tool = {"id": "run", "inputs": ["image_path"]}
    manifest = {"id": "wordy", "name": "Wordy", "version": "1", "tools": [tool]}
    (tmp_path / "wordy").mkdir()
    (tmp_path / "wordy" / "manifest.json").write_text(json.dumps(manifest))
    (tmp_path / "wordy" / "plugin.py").write_text(
        "class Plugin:\n"
        "    def run_tool(self, tool_name, args):\n"
        "        print('x' * 50_000)\n"
        "        raise ValueError('b' + 'x' * 100_000)\n"
    )
    out, err = StringIO(), StringIO()
    with override_settings(PLUGIN_DIRS=[tmp_path]):
        registry.refresh()
        with pytest.raises(CommandError) as caught:
            call_command("run_tool", "wordy", "run", str(picture), stdout=out, stderr=err)
    registry.refresh()
    printed = f"{err.getvalue()}\n{caught.value}"
    assert str(caught.value).startswith("tool_error: ValueError: bxxx")
    assert "characters left out]" in str(caught.value)
    assert max(map(len, printed.splitlines())) < 600
    assert host_processes() == []


def test_a_file_that_is_not_there_is_named(fixture_plugins, tmp_path):
    with pytest.raises(CommandError, match="There is no file"):
        run("run_tool", "good", "default", str(tmp_path / "nothing.png"))
