"""What a plugin may rely on by the version of the contract that it was written for."""

import json

import pytest
from rest_framework.test import APIClient

from plugins_app.finding import registry
from plugins_app.host import HostFailure, PluginHost
from plugins_app.sdk import API_VERSION
from plugins_app.sync import sync_plugins
from tests.factories import make_user
from tests.plugins.hosts import call, unwatched

EVERY_INPUT = ["image_path", "image_bytes", "image_base64"]
TELLS = """
class Plugin:
    def run_tool(self, tool_name, args):
        return {"got": sorted(args)}
"""
RAISES = """
from forgesyte_sdk import ToolError, write_artifact
from forgesyte_sdk.errors import ToolError as TheSame
from forgesyte_sdk.testing import session


class Plugin:
    def run_tool(self, tool_name, args):
        write_artifact("a.txt", "x")
        assert ToolError is TheSame
        raise ToolError("Out of luck.", retryable=True, reason="undecodable")
"""
ANOTHER_SDK = "class ToolError(Exception):\n    pass\n"


@pytest.fixture
def written(settings, tmp_path):
    """Installs a plugin with one tool, ``run``; gives it as the registry has it."""
    folder = tmp_path / "plugins"
    settings.PLUGIN_DIRS = [folder]

    def write(code, inputs=("image_path",), **manifest):
        root = folder / "mine"
        root.mkdir(parents=True, exist_ok=True)
        (root / "plugin.py").write_text(code)
        tool = {"id": "run", "inputs": list(inputs)}
        document = {"id": "mine", "name": "Mine", "version": "1", "tools": [tool], **manifest}
        (root / "manifest.json").write_text(json.dumps(document))
        registry.refresh()
        return registry.get("mine")

    yield write
    settings.PLUGIN_DIRS = []
    registry.refresh()


@pytest.fixture
def ran(written, picture, workdir):
    """Runs the tool of a plugin that is written for that."""
    hosts = []

    def run(*args, **manifest):
        hosts.append(PluginHost(written(*args, **manifest)))
        return hosts[-1].call(call("run", picture, workdir), unwatched)

    yield run
    for host in hosts:
        host.close()


@pytest.mark.slow
def test_a_tool_that_takes_paths_gets_the_path_alone(ran):
    done = ran(TELLS, EVERY_INPUT, api=1)
    assert done.result["got"] == ["device", "image_path", "options"]


@pytest.mark.slow
def test_one_written_before_there_were_versions_gets_all_it_declares(ran):
    assert set(ran(TELLS, EVERY_INPUT).result["got"]) > set(EVERY_INPUT)


@pytest.mark.slow
def test_one_that_takes_bytes_gets_them(ran):
    assert "image_bytes" in ran(TELLS, ["image_bytes"], api=1).result["got"]


@pytest.mark.slow
@pytest.mark.parametrize("brought", [False, True])
def test_forgesyte_sdk_is_the_hosts_own_even_if_a_plugin_brings_another(ran, tmp_path, brought):
    if brought:
        (tmp_path / "plugins" / "mine").mkdir(parents=True)
        (tmp_path / "plugins" / "mine" / "forgesyte_sdk.py").write_text(ANOTHER_SDK)
    with pytest.raises(HostFailure) as caught:
        ran(RAISES)
    assert (caught.value.message, caught.value.reason) == ("Out of luck.", "undecodable")
    assert caught.value.retryable


def test_a_plugin_of_a_newer_contract_is_unavailable_and_says_why(written):
    plugin = written(TELLS, api=API_VERSION + 1)
    assert plugin.unavailable_reason == (
        "It was written for version 2 of the plugin contract, but this server only supports"
        " versions up to 1. Update the server, or install an older version of the plugin."
    )
    assert written(TELLS, api=API_VERSION).unavailable_reason == ""


def test_its_host_does_not_start(written, picture, workdir):
    host = PluginHost(written("raise SystemExit", api=API_VERSION + 1))
    with pytest.raises(HostFailure, match="version 2 of the plugin contract") as caught:
        host.call(call("run", picture, workdir), unwatched)
    assert caught.value.reason == "plugin_unavailable"


@pytest.mark.django_db
def test_the_api_tells_of_versions_and_of_bytes():
    sync_plugins()
    client = APIClient()
    client.force_authenticate(make_user("ada"))
    found = {one["id"]: one for one in client.get("/v1/plugins").json()["results"]}
    for plugin in ("ocr", "codes", "segment", "yolo-tracker"):
        takes = [set(tool["inputs"]) for tool in found[plugin]["tools"]]
        assert all("image_bytes" in kinds for kinds in takes if "image_path" in kinds)
        assert {"image_path", "image_bytes"} <= takes[0]
        assert client.get(f"/v1/plugins/{plugin}/manifest").json()["api"] == 1
