"""Converts words to SAM 3's token numbers with CLIP's byte pair encoding.

As in https://github.com/openai/CLIP/blob/main/clip/simple_tokenizer.py. Vocabulary and merges are
read from a `tokenizer.json` in Hugging Face's format, which comes with the model.
"""

from __future__ import annotations

import itertools
import json
import re
import unicodedata
from pathlib import Path

from plugins_app import sdk

_WORD = re.compile(r"'s|'t|'re|'ve|'m|'ll|'d|[^\W\d_]+|\d|(?:[^\s\w]|_)+", re.IGNORECASE)
_START, _END = "<|startoftext|>", "<|endoftext|>"


class Words:
    """The vocabulary. Raises ToolError if the file doesn't have this format."""

    def __init__(self, path: Path) -> None:
        try:
            model = json.loads(path.read_text(encoding="utf-8"))["model"]
            self._ids: dict[str, int] = model["vocab"]
            pairs = [tuple(m.split(" ")) if isinstance(m, str) else tuple(m)
                     for m in model["merges"]]  # fmt: skip
            self._start, self._end = self._ids[_START], self._ids[_END]
        except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
            raise sdk.ToolError(
                f"{path.name} is not a tokenizer.json with CLIP's vocabulary and merges "
                f"({error!r}). Take the file that comes with the SAM 3 model."
            ) from error
        self._ranks = {pair: rank for rank, pair in enumerate(pairs)}
        self._letters = _byte_letters()

    def encode(self, text: str, length: int) -> tuple[list[int], list[int]]:
        """The token numbers of a text and a mask of those that count (1), both of this length."""
        tidy = " ".join(unicodedata.normalize("NFC", text).lower().split())
        ids = [
            self._ids.get(part, self._end)
            for word in _WORD.findall(tidy)
            for part in self._parts("".join(self._letters[byte] for byte in word.encode()))
        ]
        ids = [self._start, *ids[: length - 2], self._end]
        return ids + [self._end] * (length - len(ids)), [1] * len(ids) + [0] * (length - len(ids))

    def _parts(self, word: str) -> list[str]:
        """A word's letters, repeatedly joined by the best merge."""
        parts = [*word[:-1], word[-1] + "</w>"]
        while len(parts) > 1:
            pairs = list(itertools.pairwise(parts))
            best = min(pairs, key=lambda pair: self._ranks.get(pair, len(self._ranks)))
            if best not in self._ranks:
                break
            joined: list[str] = []
            for part in parts:
                if joined and (joined[-1], part) == best:
                    joined[-1] += part
                else:
                    joined.append(part)
            parts = joined
        return parts


def _byte_letters() -> dict[int, str]:
    """A visible letter for each byte: itself if it is visible, otherwise one from U+0100 on."""
    visible = [*range(33, 127), *range(161, 173), *range(174, 256)]
    others = [byte for byte in range(256) if byte not in visible]
    letters = {byte: chr(byte) for byte in visible}
    return letters | {byte: chr(256 + number) for number, byte in enumerate(others)}
