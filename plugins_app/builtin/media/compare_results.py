"""Compares results in pairs, away from the web process: they are free JSON, and may be large."""

import time
from pathlib import Path
from typing import Any

from plugins_app.outputs.pixels.compare import NotCompared, compare_files

ONLY_COUNTS = ("kind", "counts", "left_out", "id_switches", "similarity")


def compare_results(pairs: list[list[str]], *, detail: bool, budget_s: float) -> dict[str, Any]:
    """For each pair of files a comparison, or ``error`` with a sentence.

    Without ``detail`` only its numbers; pairs that ``budget_s`` leaves no time for are not
    compared.
    """
    end = time.monotonic() + budget_s
    compared: list[dict[str, Any]] = []
    for a, b in pairs:
        if compared and time.monotonic() > end:
            compared.append({"error": "There was no time left for this pair; open it by itself."})
            continue
        try:
            found = compare_files(Path(a), Path(b))
        except NotCompared as error:
            found = {"error": str(error)}
        if not detail:
            found = {key: found[key] for key in (*ONLY_COUNTS, "error") if key in found}
        compared.append(found)
    return {"pairs": compared}
