"""Builds the arguments of ``run_tool``: media, parameters, prompts."""

import base64
from collections.abc import Callable
from pathlib import Path
from typing import Any

EMPTY_PROMPTS: dict[str, Any] = {"boxes": [], "points": [], "text": ""}


def build_arguments(call: dict[str, Any], progress_callback: Callable[..., None]) -> dict[str, Any]:
    """The ``args`` of a call.

    Parameters are at the top level and also under ``options``. Media are passed as a path, and also
    as bytes or base64 text if the tool declares them; since version 1 of the contract, a tool that
    takes a path gets only the path, because reading the file itself is faster. Prompts (``boxes``,
    ``points``, ``text``) are passed if declared; a parameter of the same name takes precedence.
    Raises OSError if the input can't be read.
    """
    params: dict[str, Any] = call["params"]
    args: dict[str, Any] = {"device": "cpu"}
    for name in call["takes"]:
        args[name] = call["prompts"].get(name) or EMPTY_PROMPTS[name]
    args |= {name: value for name, value in params.items() if value or name not in args}
    args["options"] = dict(params)
    args |= _media(Path(call["path"]), call["inputs"], call["kind"], call["api"])
    if any(kind.startswith("video") for kind in call["inputs"]):
        args["progress_callback"] = progress_callback
    return args


def _media(path: Path, inputs: list[str], kind: str, api: int) -> dict[str, Any]:
    declared = [name for name in inputs if not kind or name.startswith(kind)] or inputs
    if api >= 1 and "image_path" in declared:
        declared = [name for name in declared if name.endswith("_path")]
    media: dict[str, Any] = {}
    for name in declared:
        if name == "video_path":
            media[name] = str(path)
            continue
        media["image_path"] = str(path)
        if name == "image_bytes":
            media[name] = path.read_bytes()
        elif name == "image_base64":
            text = base64.b64encode(path.read_bytes()).decode()
            media |= {name: text, "frame_base64": text}  # older plugins read the second
    return media
