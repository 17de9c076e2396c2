"""``manage.py startplugin``: what it writes works at once."""

import subprocess
import sys
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from plugins_app.finding import registry

ROOT = Path(__file__).parents[2]


def start(*arguments):
    out = StringIO()
    call_command("startplugin", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_it_says_what_to_do_next(settings, tmp_path):
    said = start("my-plugin", tmp_path / "plugins")
    root = tmp_path / "plugins" / "my-plugin"
    assert f"python manage.py plugins check {root}" in said
    assert f"export PLUGIN_DIRS={tmp_path / 'plugins'}\n" in said
    settings.PLUGIN_DIRS = [tmp_path / "plugins"]
    assert "export" not in start("other-plugin")
    assert (tmp_path / "plugins" / "other-plugin" / "plugin.py").is_file()


def test_it_has_the_name_it_was_given_and_passes_the_check(tmp_path):
    start("my-plugin", tmp_path)
    (plugin,) = registry.look_at(tmp_path / "my-plugin")
    assert (plugin.id, plugin.manifest.name) == ("my-plugin", "My plugin")
    out = StringIO()
    call_command("plugins", "check", str(tmp_path / "my-plugin"), stdout=out)
    assert "ok      find_spots: the shape of detections, 1 file(s)" in out.getvalue()
    assert "advice" not in out.getvalue()


@pytest.mark.slow
def test_its_own_test_passes(tmp_path):
    start("my-plugin", tmp_path)
    command = [sys.executable, "-m", "pytest", "-q", str(tmp_path / "my-plugin")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert "1 passed" in done.stdout, done.stdout + done.stderr


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("My Plugin", "can't be a plugin's id"),
        ("../escape", "can't be a plugin's id"),
        ("ocr", "The plugin ocr already has that name."),
        ("there", "already exists."),
    ],
)
def test_a_name_that_cannot_be_used_is_refused(tmp_path, name, message):
    (tmp_path / "there").mkdir()
    with pytest.raises(CommandError, match=message):
        start(name, tmp_path)
    assert [path.name for path in tmp_path.iterdir() if path.name != "data"] == ["there"]
