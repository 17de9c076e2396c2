"""Finds models and the names of their classes. It reads files, but loads no network."""

from __future__ import annotations

import ast
import json
import os
from pathlib import Path
from typing import Any

import yaml

from plugins_app.sdk import ToolError

SUFFIX = ".onnx"
_SIDECARS = (".txt", ".names", ".json", ".yaml", ".yml")
_MAX_LABEL_BYTES = 1024 * 1024


def model_files(setting: str) -> dict[str, Path]:
    """The ONNX files that a setting lists, by the names from which people choose.

    `setting` has one or more paths, separated by os.pathsep; a folder stands for the `.onnx` files
    in it. A name is the file's name without extension, preceded by its folder's if two are the
    same. Raises ToolError.
    """
    found: dict[str, Path] = {}
    for text in filter(None, setting.split(os.pathsep)):
        path = Path(text).expanduser()
        files = sorted(path.glob(f"*{SUFFIX}")) if path.is_dir() else [path]
        for file in files:
            name = file.stem if file.stem not in found else f"{file.parent.name}/{file.stem}"
            found[name] = file
    if not found:
        raise ToolError(
            "There is no YOLO model: YOLO_MODEL is empty or names a folder without .onnx files."
            " Ask the operator to provide one."
        )
    return found


def labels_of(model: Path, metadata: dict[str, str]) -> list[str]:
    """Names of the classes, by number; empty if they are unknown.

    A file beside the model is used first (`model.txt` or `.names` with one name per line,
    `model.json` or `model.yaml` with a list, a map from number to name, or either under `names`),
    then `names` in the model's metadata, written by Ultralytics. Raises ToolError.
    """
    for suffix in _SIDECARS:
        sidecar = model.with_suffix(suffix)
        if sidecar.is_file():
            return _from_file(sidecar)
    if "names" in metadata:
        try:
            return _listed(ast.literal_eval(metadata["names"]))
        except (ValueError, SyntaxError, MemoryError, RecursionError) as error:
            raise _unreadable("metadata `names` of the model") from error
    return []


def _from_file(path: Path) -> list[str]:
    what = f"file {path.name}"
    try:
        if path.stat().st_size > _MAX_LABEL_BYTES:
            raise ValueError("too large")
        text = path.read_text(encoding="utf-8-sig")
        if path.suffix in (".txt", ".names"):
            return [line.strip() for line in text.rstrip().splitlines()]
        return _listed(json.loads(text) if path.suffix == ".json" else yaml.safe_load(text))
    except (OSError, ValueError, RecursionError, yaml.YAMLError) as error:
        raise _unreadable(what) from error


def _listed(value: Any) -> list[str]:
    """A list of names, from a list or a map. Raises ValueError."""
    if isinstance(value, dict) and "names" in value:
        value = value["names"]
    if isinstance(value, dict):
        by_number = {int(number): name for number, name in value.items()}
        if not by_number or min(by_number) < 0 or max(by_number) > 100_000:
            raise ValueError("no class numbers")
        return [str(by_number.get(n, n)) for n in range(max(by_number) + 1)]
    if not isinstance(value, list):
        raise ValueError("neither a list nor a map")  # the reader sees one kind
    return [str(name) for name in value]


def _unreadable(what: str) -> ToolError:
    return ToolError(
        f"The class names in the {what} can't be read. They must be a list of names, or a map from"
        " class number to name, as in Ultralytics' data.yaml."
    )
