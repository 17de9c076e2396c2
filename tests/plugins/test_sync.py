"""The plugins' rows follow what is installed, and keep what the operator decided."""

import json

import pytest
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from plugins_app.finding import registry
from plugins_app.models import Plugin
from plugins_app.sync import sync_plugins

pytestmark = pytest.mark.django_db


@pytest.fixture
def plugins_folder(settings, tmp_path):
    folder = tmp_path / "plugins"
    folder.mkdir()
    settings.PLUGIN_DIRS = [folder]
    yield folder
    settings.PLUGIN_DIRS = []
    registry.refresh()


def put(folder, version="1", **more):
    root = folder / "one"
    root.mkdir(exist_ok=True)
    tools = [{"id": "run", "inputs": ["image_path"]}]
    manifest = {"id": "one", "name": "One", "version": version, "tools": tools, **more}
    (root / "manifest.json").write_text(json.dumps(manifest))
    return root


def test_migrating_has_synced_the_built_in_plugins():
    media = Plugin.objects.get(pk="media")
    assert media.available
    assert media.internal
    assert media.manifest["tools"][0]["id"] == "probe"


def test_a_new_plugin_gets_a_row(plugins_folder):
    put(plugins_folder)
    assert sync_plugins().added == ["one"]
    row = Plugin.objects.get(pk="one")
    assert (row.name, row.version, row.source, row.state) == ("One", "1", "folder", "ready")
    assert row.parsed_manifest == registry.get("one").manifest
    assert row.code_digest == registry.get("one").code_digest


def test_syncing_twice_changes_nothing(plugins_folder):
    put(plugins_folder)
    sync_plugins()
    report = sync_plugins()
    assert (report.added, report.updated, report.removed) == ([], [], [])
    assert "one" in report.unchanged


def test_what_the_operator_decided_survives_an_update(plugins_folder):
    put(plugins_folder)
    sync_plugins()
    Plugin.objects.filter(pk="one").update(enabled=False, paused=True)
    put(plugins_folder, version="2")
    assert sync_plugins().updated == ["one"]
    row = Plugin.objects.get(pk="one")
    assert (row.version, row.enabled, row.paused) == ("2", False, True)


def test_new_code_clears_the_error_of_the_old(plugins_folder):
    put(plugins_folder)
    sync_plugins()
    Plugin.objects.get(pk="one").record_error("It crashed.\0\udc80")
    row = Plugin.objects.get(pk="one")
    assert row.last_error.startswith("It crashed.")
    assert row.last_error_at is not None
    sync_plugins()
    assert Plugin.objects.get(pk="one").last_error
    put(plugins_folder, version="2")
    sync_plugins()
    assert Plugin.objects.get(pk="one").last_error == ""


def test_a_plugin_that_is_gone_is_marked_and_comes_back(plugins_folder, tmp_path):
    root = put(plugins_folder)
    sync_plugins()
    root.rename(tmp_path / "away")
    assert sync_plugins().removed == ["one"]
    row = Plugin.objects.get(pk="one")
    assert (row.state, row.available) == ("removed", False)
    assert row not in Plugin.objects.listed()
    (tmp_path / "away").rename(root)
    sync_plugins()
    assert Plugin.objects.get(pk="one").state == "ready"


def test_a_broken_plugin_is_listed_with_its_error_and_never_replaces_a_sound_one(plugins_folder):
    put(plugins_folder)
    torn = plugins_folder / "torn"
    torn.mkdir()
    (torn / "manifest.json").write_text("{")
    other = plugins_folder / "other"
    other.mkdir()
    (other / "manifest.json").write_text((plugins_folder / "one" / "manifest.json").read_text())
    report = sync_plugins()
    assert set(report.broken) == {"torn", "other"}
    row = Plugin.objects.get(pk="torn")
    assert row.state == "unavailable"
    assert "not JSON" in row.reason
    assert Plugin.objects.get(pk="one").state == "ready"
    assert "id 'one' is already used" in Plugin.objects.get(pk="other").reason


def test_a_missing_requirement_makes_a_plugin_unavailable(plugins_folder, monkeypatch):
    put(plugins_folder, requires={"env": ["ONE_MODEL"]})
    sync_plugins()
    row = Plugin.objects.get(pk="one")
    assert row.state == "unavailable"
    assert row.reason == "The environment variable ONE_MODEL is not set."
    assert not row.available
    monkeypatch.setenv("ONE_MODEL", "/models/one.onnx")
    sync_plugins()
    assert Plugin.objects.get(pk="one").available


def test_internal_plugins_are_not_listed():
    assert not Plugin.objects.listed().filter(pk="media").exists()
    assert Plugin.objects.resolve("media").internal


def test_a_name_that_no_row_can_have_finds_nothing():
    assert Plugin.objects.listed().resolve("a\0b") is None


@pytest.mark.django_db(transaction=True)
@pytest.mark.slow
def test_the_migration_can_be_undone_and_done_again():
    call_command("migrate", "plugins_app", "zero", verbosity=0)
    assert Plugin._meta.db_table not in connection.introspection.table_names()
    call_command("migrate", "plugins_app", verbosity=0)
    assert Plugin.objects.filter(pk="media").exists()


def test_no_migration_is_missing():
    executor = MigrationExecutor(connection)
    assert executor.migration_plan(executor.loader.graph.leaf_nodes("plugins_app")) == []
    call_command("makemigrations", "plugins_app", check=True, dry_run=True, verbosity=0)
