"""CVAT's XML 1.1: pictures with boxes, polygons and masks, and videos with tracks
(https://docs.cvat.ai/docs/dataset_management/formats/format-cvat/).

All pictures are in one ``annotations.xml``. Each video has a folder with its own, because a CVAT
task has only one video.
"""

from collections.abc import Iterable
from typing import Any

from cvat_tracks import Appearance, tracks_of
from export_entries import Entry, Unfit
from export_run import Export
from export_things import Thing, frames, has_frames, numeral, on_picture
from export_xml import Xml
from mask_shapes import cropped_runs, polygons

from plugins_app.outputs.geometry import Box, clipped

FILE = "annotations.xml"
NO_TRACKS = "The result has no track ids, and CVAT only supports tracks in videos."


def look(entry: Entry, options: dict[str, Any]) -> Iterable[str]:
    """Accepts pictures with detections or masks, and videos with tracks."""
    if not has_frames(entry):
        return [one.label for one in _found(entry, options)]
    labels: set[str] = set()
    for frame in frames(entry, options["min_score"]):
        if any(not one.track for one in frame.things):
            raise Unfit(NO_TRACKS)
        labels.update(one.label for one in frame.things)
    return labels


def write(export: Export) -> None:
    """Write the pictures first, then the videos."""
    fitting = [one.is_video for one in export.everything() if one.id not in export.left_out]
    if not all(fitting):
        with export.archive.file(FILE) as file:
            _write_images(export, Xml(file), fitting.count(False))
    for entry in export.entries():
        if entry.is_video:
            name = f"{export.member_name(entry, '')}/{FILE}"
            export.note(entry, name)
            with export.archive.file(name) as file:
                _write_video(export, Xml(file), entry)


def _found(entry: Entry, options: dict[str, Any]) -> list[Thing]:
    return on_picture(entry, "detections", "masks", min_score=options["min_score"])


def _write_images(export: Export, xml: Xml, count: int) -> None:
    with _annotations(export, xml, "annotation", count):
        numbered = (some for some in export.media() if not some[0].is_video)
        for number, entries in enumerate(numbered):
            one = entries[0]
            attributes = {"id": number, "name": export.media_name(one), "width": one.width}
            with xml.element("image", attributes | {"height": one.height}):
                for entry in entries:
                    export.note(entry, FILE)
                    for thing in _found(entry, export.options):
                        _write_thing(xml, thing, entry, export.options["masks"])


def _write_thing(xml: Xml, one: Thing, entry: Entry, masks: str) -> None:
    shapes: list[tuple[str, dict[str, Any]]] = []
    if one.rle is None:
        box = clipped(one.bbox, entry.width, entry.height) if one.bbox else None
        shapes = [("box", _corners(box))] if box else []
    elif masks == "polygons":
        for outline in polygons(one.rle):
            points = ";".join(f"{numeral(x, 2)},{numeral(y, 2)}" for x, y in outline)
            shapes.append(("polygon", {"points": points}))
    elif any(one.rle["counts"][1::2]):
        runs, (left, top, width, height) = cropped_runs(one.rle)
        text = ", ".join(map(str, runs))
        place = {"left": left, "top": top, "width": width, "height": height}
        shapes = [("mask", {"rle": text, **place})]
    for name, attributes in shapes:
        head = {"label": one.label, "source": "auto", "occluded": 0}
        with xml.element(name, head | attributes | {"z_order": 0}):
            _score(xml, one.score)


def _write_video(export: Export, xml: Xml, entry: Entry) -> None:
    with (
        _annotations(export, xml, "interpolation", entry.frames, entry),
        tracks_of(entry, export.options["min_score"]) as tracks,
    ):
        for number, (label, appearances) in enumerate(tracks):
            with xml.element("track", {"id": number, "label": label, "source": "auto"}):
                for one in appearances:
                    _write_appearance(xml, one)


def _write_appearance(xml: Xml, one: Appearance) -> None:
    place = {"frame": one.frame, "keyframe": 1, "outside": int(one.outside), "occluded": 0}
    with xml.element("box", place | _corners(one.bbox) | {"z_order": 0}):
        if not one.outside:
            _score(xml, one.score)


def _annotations(export: Export, xml: Xml, mode: str, size: int, video: Entry | None = None) -> Any:
    """The root with its ``meta``, followed by what the block writes."""
    return xml.document("annotations", lambda: _meta(export, xml, mode, size, video))


def _meta(export: Export, xml: Xml, mode: str, size: int, video: Entry | None) -> None:
    xml.leaf("version", "1.1")
    with xml.element("meta"), xml.element("task"):
        xml.leaf("name", video.filename if video else "ForgeSyte")
        xml.leaf("size", str(size))
        xml.leaf("mode", mode)
        if video:
            xml.leaf("start_frame", "0")
            xml.leaf("stop_frame", str(max(size - 1, 0)))
        with xml.element("labels"):
            for label in export.labels:
                _label(xml, label)
        if video:
            with xml.element("original_size"):
                xml.leaf("width", str(video.width))
                xml.leaf("height", str(video.height))
            xml.leaf("source", video.filename)


def _label(xml: Xml, label: str) -> None:
    with xml.element("label"):
        xml.leaf("name", label)
        with xml.element("attributes"), xml.element("attribute"):
            xml.leaf("name", "score")
            xml.leaf("mutable", "True")
            xml.leaf("input_type", "text")
            xml.leaf("default_value", "")
            xml.leaf("values", "")


def _score(xml: Xml, score: float | None) -> None:
    if score is not None:
        xml.leaf("attribute", numeral(score, 6), {"name": "score"})


def _corners(box: Box) -> dict[str, str]:
    x, y, width, height = box
    values = {"xtl": x, "ytl": y, "xbr": x + width, "ybr": y + height}
    return {name: numeral(value, 2) for name, value in values.items()}
