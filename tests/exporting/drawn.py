"""The formats without the server: results as files, formats run in this process."""

import hashlib
import importlib.util
import io
import json
import sys
import zipfile
from pathlib import Path

import numpy as np
from PIL import Image

from plugins_app.sdk.masks import encode_mask
from plugins_app.sdk.testing import session

PLUGIN = Path(__file__).resolve().parents[2] / "plugins_app" / "builtin" / "exports"
TOOLS = json.loads((PLUGIN / "manifest.json").read_text())["tools"]

if str(PLUGIN) not in sys.path:  # the host does the same before it imports `plugin`
    sys.path.insert(0, str(PLUGIN))


def load_plugin():
    """The plugin's object; its module gets a name that no other plugin's takes."""
    spec = importlib.util.spec_from_file_location("exports_plugin_under_test", PLUGIN / "plugin.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.Plugin()


class Desk:
    """A folder with results, and exports made of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.lines = []
        self.report = {}

    def add(self, kind, result, name="a.png", medium=None, size=(40, 30), video=0, picture=None):
        """A result; those on the same ``medium`` belong together. ``video`` are its frames."""
        number = len(self.lines) + 1
        path = self.folder / f"{number}.json"
        path.write_bytes(result if isinstance(result, bytes) else json.dumps(result).encode())
        data = path.read_bytes()
        self.lines.append(
            {
                "id": f"result-{number}",
                "media_id": medium or f"medium-{number:05}",
                "filename": name,
                "kind": "video" if video else "image",
                "plugin": "drawn",
                "tool": kind,
                "version": "1.0",
                "output": kind,
                "width": size[0],
                "height": size[1],
                "fps": 25.0 if video else 0.0,
                "frames": video or 1,
                "result_path": str(path),
                "result_sha256": hashlib.sha256(data).hexdigest(),
                "result_size_bytes": len(data),
                "input_path": str(picture or ""),
                "content_type": "image/png",
                "run": {"input_sha256": "0" * 64},
            }
        )
        return self

    def miss(self, reason="It was deleted."):
        """A result that was deleted after it had been selected."""
        self.lines.append({"id": f"result-{len(self.lines) + 1}", "missing": reason})
        return self

    def export(self, name, **options):
        """The files of an export by name; ``raw`` are the bytes of the whole."""
        entries = self.folder / "entries.jsonl"
        entries.write_text(
            "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in self.lines)
        )
        workdir = self.folder / f"work-{name}"
        workdir.mkdir(exist_ok=True)
        tool = next(one for one in TOOLS if one["id"] == name)
        defaults = {key: rule["default"] for key, rule in tool["params"]["properties"].items()}
        params = {**defaults, **options, "entries_path": str(entries)}
        with session(workdir):
            self.report = load_plugin().run_tool(name, {**params, "options": params})
        self.raw = (workdir / self.report["file"]["name"]).read_bytes()
        if self.report["file"]["content_type"] != "application/zip":
            return {self.report["file"]["name"]: self.raw}
        with zipfile.ZipFile(io.BytesIO(self.raw)) as packed:
            return {one: packed.read(one) for one in packed.namelist()}

    def unpacked(self, name, **options):
        """The same in a folder."""
        folder = self.folder / f"unpacked-{name}"
        for member, data in self.export(name, **options).items():
            path = folder / member
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        return folder


def detection(label="cat", bbox=(1, 2, 10, 8), score=0.9):
    return {"label": label, "bbox": list(bbox), "score": score}


def detections(*some):
    return {"detections": list(some)}


def mask_result(*masks, label="cat"):
    """Masks as (h, w) arrays."""
    found = []
    for mask in masks:
        rows, columns = np.nonzero(mask)
        x, y = (int(columns.min()), int(rows.min())) if len(rows) else (0, 0)
        width = int(columns.max()) + 1 - x if len(rows) else 0
        height = int(rows.max()) + 1 - y if len(rows) else 0
        rle = encode_mask(mask)
        found.append(detection(label, (x, y, width, height)) | {"rle": rle})
    return {"masks": found}


def tracks(frames, every=1, label="car", gone=()):
    """A box that moves a pixel a frame; ``gone`` are frames without it."""
    listed = []
    for index in range(0, frames, every):
        one = {"track_id": 7, "label": label, "score": 0.5, "bbox": [index, 2, 10, 8]}
        listed.append(
            {"frame": index, "time": index / 25, "objects": [] if index in gone else [one]}
        )
    return {"frames": listed, "tracks": []}


def text_result(*lines, text=None):
    """Lines of text, each ``(text, bbox)``."""
    listed = [{"text": words, "score": 0.95, "bbox": list(bbox)} for words, bbox in lines]
    return {"text": text or "\n".join(words for words, _bbox in lines), "lines": listed}


def photo(folder, size=(200, 100), name="photo.jpg", **how):
    """A picture with something in it."""
    path = folder / name
    noise = np.random.default_rng(1).integers(0, 255, (size[1], size[0], 3), np.uint8)
    Image.fromarray(noise).save(path, **how)
    return path
