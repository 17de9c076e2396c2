"""Prints how good and how fast the OpenCV back end of `segment` is, as a table.

`python -m tests.plugins.segment.measure`; about five minutes on one core. The first rows need the
folder of real inputs (tests/real_inputs.py).
"""

import json
import tempfile
import time
from pathlib import Path

import cv2
import numpy as np

from plugins_app import sdk
from tests.plugins.segment import scenes
from tests.plugins.segment.conftest import load_plugin
from tests.real_inputs import REAL_INPUTS

RED, DARK, PALE = (60, 90, 190), (55, 55, 60), (225, 230, 232)
GROUNDS = ("plain", "noise", "cloth", "wood", "gravel")
COINS = REAL_INPUTS / "segment" / "coins.png"


class Meter:
    """Runs tools and keeps the CPU seconds they took."""

    def __init__(self, folder: str) -> None:
        self.plugin = load_plugin().Plugin()
        self.plugin.on_load()
        self.file = Path(folder) / "picture.png"
        self.seconds: list[float] = []

    def run(self, tool, image, **args):
        cv2.imwrite(str(self.file), image)
        start = time.process_time()
        result = self.plugin.run_tool(tool, {"image_path": str(self.file), **args})
        self.seconds.append(time.process_time() - start)
        return [sdk.decode_mask(one["rle"]) for one in result["masks"]]

    def took(self) -> str:
        """The median of what was run since the last time this was asked."""
        seconds, self.seconds = self.seconds, []
        return f"{np.median(seconds):.2f}"


def coins(meter: Meter, scale: float) -> str:
    """find_all from each coin in turn, the photograph enlarged by `scale`."""
    image = cv2.resize(cv2.imread(str(COINS)), None, fx=scale, fy=scale)
    boxes = np.array(json.loads(COINS.with_suffix(".json").read_text())["boxes"]) * scale
    found = false = 0
    which = range(24) if scale == 1 else range(0, 24, 8)
    for number in which:
        masks = meter.run("find_all", image, boxes=[boxes[number].tolist()])
        seen = [max(sdk.box_iou(scenes.box_of(m), box) for m in masks) >= 0.5 for box in boxes]
        found += sum(seen)
        false += len(masks) - sum(seen)
    return f"{found} of {24 * len(which)}, {false} false"


def drawn(meter: Meter, kind: str) -> str:
    """find_all on scenes with lookalikes, on three grounds, from two examples each."""
    found = wanted = false = 0
    others = ("triangle", "coin" if kind == "stamp" else "square")
    sizes = (64, 76) if kind == "screw" else (46, 60)
    for texture in ("noise", "wood", "gravel"):
        scene = scenes.scene(kind, 11, texture, sizes=sizes, others=others, cell=96)
        for which in (0, 11):
            masks = meter.run("find_all", scene.image, boxes=[scene.boxes[which]])
            hits, wrong = scenes.found_and_false(masks, scene.masks)
            found, false, wanted = found + hits, false + wrong, wanted + len(scene.masks)
    return f"{found} of {wanted}, {false} false"


def cut(meter: Meter, tool: str) -> str:
    """IoU of inside_box or at_points on single things of all kinds, colours and grounds."""
    overlaps = []
    kinds = ("coin", "star", "blob", "square", "seed")
    for kind in kinds if tool == "at_points" else (*kinds, "triangle", "screw"):
        for texture in GROUNDS:
            for colour in (RED, DARK, PALE):
                scene = scenes.one_thing(kind, texture, colour)
                prompt = {"boxes": scene.boxes, "points": [{"point": [160, 130]}]}
                masks = meter.run(tool, scene.image, **prompt)
                overlaps.append(scenes.mask_iou(masks[0], scene.masks[0]))
    good = sum(one >= 0.9 for one in overlaps)
    return f"IoU {np.mean(overlaps):.3f}, at least 0.9 in {good} of {len(overlaps)}"


def main() -> None:
    """Print the table, row by row."""
    print("| what | result | CPU s a picture |\n|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        meter = Meter(folder)
        rows = {
            f"`{tool}`, one drawn thing, 320 x 260": (cut, tool)
            for tool in ("inside_box", "at_points")
        }
        if COINS.is_file():
            rows["`find_all`, a photograph of 24 coins, 384 x 303, from each coin"] = (coins, 1)
            rows["the same, enlarged to 12 megapixels, from three coins"] = (coins, 10.2)
        for kind in ("coin", "cap", "seed", "stamp", "star", "screw"):
            name = {"coin": "coins", "star": "stars"}.get(kind, f"{kind}s")
            rows[f"`find_all`, drawn {name} among lookalikes, 606 x 414"] = (drawn, kind)
        for name, (measure, how) in rows.items():
            print(f"| {name} | {measure(meter, how)} | {meter.took()} |", flush=True)


if __name__ == "__main__":
    main()
