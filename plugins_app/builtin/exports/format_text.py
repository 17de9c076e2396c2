"""Plain text (UTF-8): the text that was read in each picture."""

from collections.abc import Iterable
from typing import Any

from export_entries import Entry, Unfit
from export_run import Export
from export_things import clean_text, document, things


def look(entry: Entry, options: dict[str, Any]) -> Iterable[str]:
    """Accepts texts and codes."""
    _text(entry)
    return ()


def write(export: Export) -> None:
    """Write a file for each result, or one with all results."""
    if export.options["files"] == "one":
        with export.archive.file("results.txt") as file:
            for place, entry in enumerate(export.entries()):
                file.text("\n" * bool(place) + f"=== {entry.filename}\n{_text(entry)}")
        return
    for entry in export.entries():
        name = export.member_name(entry, ".txt")
        export.note(entry, name)
        with export.archive.file(name) as file:
            file.text(_text(entry))


def _text(entry: Entry) -> str:
    if entry.output == "codes":
        text = "\n".join(one.text for one in things(entry, "codes"))
    elif entry.output != "text" or entry.is_video:
        raise Unfit(f"There is no text in a result of the kind {entry.output}.")
    else:
        result = document(entry)
        if not isinstance(result, dict) or not isinstance(result.get("text"), str):
            raise Unfit("The result has no text.")
        text = clean_text(result["text"])
    return text if not text or text.endswith("\n") else f"{text}\n"
