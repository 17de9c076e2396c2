"""The plugin as the server runs it: in a host, with prompts as annotations give them."""

import json

import cv2
import numpy as np
import pytest

from plugins_app.finding import registry
from plugins_app.host import HostFailure, PluginHost
from tests.plugins.hosts import call, host_processes, unwatched
from tests.plugins.segment import scenes, stand_ins

pytestmark = pytest.mark.slow

PROMPTS = {"boxes": [], "points": [], "text": ""}


@pytest.fixture
def in_host(workdir):
    """Runs a tool in a host of its own, within the memory that the manifest allows."""
    hosts = []

    def go(tool, file, params=None, **prompts):
        registry.refresh()
        plugin = registry.get("segment")
        hosts.append(PluginHost(plugin))
        declared = plugin.manifest.tool(tool)
        wanted = call(
            tool, file, workdir, params=params or {}, prompts=PROMPTS | prompts, kind="image",
            timeout_s=declared.timeout_s, memory_mb=declared.memory_mb,
        )  # fmt: skip
        done = hosts[-1].call(wanted, unwatched, 0.1)
        return done.result or json.loads(done.result_path.read_bytes()), done

    yield go
    for host in hosts:
        host.close()
    registry.refresh()
    assert host_processes() == []


@pytest.fixture
def scene(tmp_path):
    """Three coins, with the file of their picture."""
    made = scenes.scene("coin", 2, grid=(3, 1), others=())
    cv2.imwrite(str(tmp_path / "scene.png"), made.image)
    return made, tmp_path / "scene.png"


def test_boxes_points_and_examples_of_annotations_reach_the_tools(in_host, masks, scene):
    made, file = scene
    x, y, w, h = made.boxes[0]
    box = {"bbox": made.boxes[0], "role": "segment", "label": "penny"}
    point = {"point": [x + w / 2, y + h / 2], "role": "segment", "label": ""}
    inside, done = in_host("inside_box", file, boxes=[box])
    at, _ = in_host("at_points", file, points=[point])
    alike, _ = in_host("find_all", file, {"limit": 200}, boxes=[box])
    assert scenes.mask_iou(masks(inside)[0], made.masks[0]) >= 0.9
    assert scenes.mask_iou(masks(at)[0], made.masks[0]) >= 0.9
    assert scenes.found_and_false(masks(alike), made.masks) == (3, 0)
    assert {one["label"] for one in alike["masks"]} == {"penny"}
    assert done.model_digest == ""
    assert done.peak_rss_bytes < 300 * 1024 * 1024


def test_models_of_the_operator_reach_the_host(in_host, scene, tmp_path, monkeypatch):
    monkeypatch.setenv("SEGMENT_SAM3_MODEL", str(stand_ins.save_sam3(tmp_path)))
    result, done = in_host("find_all", scene[1], text="red")
    assert result["backend"] == "sam3"
    assert len(done.model_digest) == 64


def test_a_text_without_a_model_fails_with_what_is_needed(in_host, scene):
    with pytest.raises(HostFailure, match="SEGMENT_SAM3_MODEL") as caught:
        in_host("find_all", scene[1], text="coin")
    assert caught.value.reason == "tool_error"


def test_a_hundred_million_pixels_stay_within_the_memory(in_host, tmp_path):
    image = np.full((10_000, 10_000, 3), 150, np.uint8)
    for x in (2000, 5000, 8000):
        cv2.circle(image, (x, 5000), 800, (40, 40, 200), -1)
    cv2.imwrite(str(tmp_path / "large.png"), image, [cv2.IMWRITE_PNG_COMPRESSION, 1])
    boxes = [[1200, 4200, 1600, 1600]]
    result, done = in_host("find_all", tmp_path / "large.png", {"boxes": boxes})
    areas = [one["area"] for one in result["masks"]]
    assert areas == pytest.approx([np.pi * 800**2] * 3, rel=0.02)
    assert done.peak_rss_bytes < 1500 * 1024 * 1024
