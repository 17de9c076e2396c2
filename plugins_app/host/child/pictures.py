"""Moves base64 pictures from results to artifacts."""

import base64
import binascii
import re
from typing import Any

from plugins_app import sdk
from plugins_app.jsonvalues import MAX_DEPTH
from plugins_app.outputs.spellings import plain
from plugins_app.sdk import signatures

KEY = re.compile(r"(?P<stem>.*?)_?(base64|b64)", re.IGNORECASE)
DATA_URL = re.compile(r"data:(image|video)/[a-z0-9.+-]+;base64,", re.IGNORECASE)
LEAST_CHARACTERS = 32
MOST_PICTURES = 500
"""Any more stay in the JSON: a result can have 1000 artifacts."""

FORMATS = (*signatures.IMAGES, *signatures.VIDEOS)
EXTENSIONS = {
    **{
        one.content_type: one.extension
        for one in FORMATS
        if f".{one.extension}" in sdk.CONTENT_TYPES
    },
    "video/quicktime": "mp4",  # as players take them
    "video/x-matroska": "webm",
}
"""Content types that are moved, with the extensions of their artifacts."""


def take_out(result: Any) -> Any:
    """The result with ``{"artifact": name, "content_type": ...}`` in place of each picture.

    A picture is base64 text under a name that ends in ``base64`` or ``b64``, or a ``data:`` URL,
    with the signature of an accepted format. Parts that change are copied.
    """
    return _Taker().out_of(result, "")


class _Taker:
    def __init__(self) -> None:
        self._taken = 0
        self._inside: set[int] = set()

    def out_of(self, value: Any, key: str) -> Any:
        """The value without pictures, or the same object if it has none."""
        if isinstance(value, str):
            return self._reference(value, key)
        if not isinstance(value, dict | list | tuple) and not hasattr(value, "model_dump"):
            return value
        if id(value) in self._inside or len(self._inside) > MAX_DEPTH:
            return value  # it contains itself: writing it as JSON will report that
        self._inside.add(id(value))
        try:
            if isinstance(value, dict):
                return self._mapped(value)
            if isinstance(value, list | tuple):
                return self._listed(value, key)
            return self.out_of(plain(value), key)
        finally:
            self._inside.discard(id(value))

    def _mapped(self, data: dict[Any, Any]) -> dict[Any, Any]:
        changed = {
            key: new
            for key, old in data.items()
            if (new := self.out_of(old, key if isinstance(key, str) else "")) is not old
        }
        return {**data, **changed} if changed else data

    def _listed(self, values: Any, key: str) -> Any:
        if not values or isinstance(values[0], int | float):  # numbers can't be pictures
            return values
        news = [self.out_of(value, key) for value in values]
        same = all(new is old for new, old in zip(news, values, strict=True))
        return values if same else news

    def _reference(self, text: str, key: str) -> Any:
        named = KEY.fullmatch(key)
        url = DATA_URL.match(text)
        wanted = (named or url) and len(text) >= LEAST_CHARACTERS
        if not wanted or self._taken >= MOST_PICTURES:
            return text
        data, extension = _decoded(text[url.end() :] if url else text)
        if not extension:
            return text
        self._taken += 1
        name = _free_name(named["stem"] if named else key, extension)
        sdk.write_artifact(name, data)
        return {"artifact": name, "content_type": sdk.CONTENT_TYPES[f".{extension}"]}


def _decoded(text: str) -> tuple[bytes, str]:
    """The bytes and the extension, which is empty if it isn't a picture."""
    try:
        data = base64.b64decode("".join(text.split()), validate=True)
    except (binascii.Error, ValueError):
        return b"", ""
    return data, EXTENSIONS.get(signatures.content_type(data), "")


def _free_name(wish: str, extension: str) -> str:
    """``annotated_frame.jpg``, or ``annotated_frame_2.jpg`` if that is taken."""
    stem = re.sub(r"[^A-Za-z0-9_]+", "_", wish).strip("_")[:80] or "picture"
    name, number = f"{stem}.{extension}", 1
    while sdk.is_declared(name):
        number += 1
        name = f"{stem}_{number}.{extension}"
    return name
