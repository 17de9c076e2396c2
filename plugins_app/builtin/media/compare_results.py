"""Compares pairs of results, outside the web process: they are arbitrary JSON and may be large."""

import time
from pathlib import Path
from typing import Any

from plugins_app.outputs.pixels.compare import NotCompared, compare_files

ONLY_COUNTS = ("kind", "counts", "left_out", "id_switches", "similarity")


def compare_results(pairs: list[list[str]], *, detail: bool, budget_s: float) -> dict[str, Any]:
    """A comparison for each pair of files, or ``error`` with a sentence.

    Without ``detail``, only its counts. Pairs are not compared once ``budget_s`` seconds are used
    up.
    """
    end = time.monotonic() + budget_s
    compared: list[dict[str, Any]] = []
    for a, b in pairs:
        if compared and time.monotonic() > end:
            compared.append({"error": "There was no time left for this pair. Open it on its own."})
            continue
        try:
            found = compare_files(Path(a), Path(b))
        except NotCompared as error:
            found = {"error": str(error)}
        if not detail:
            found = {key: found[key] for key in (*ONLY_COUNTS, "error") if key in found}
        compared.append(found)
    return {"pairs": compared}
