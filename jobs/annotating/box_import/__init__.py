"""Boxes from files of other programs, as annotations: COCO's JSON and YOLO's text files."""

from jobs.annotating.box_import.taking import Report, import_boxes

__all__ = ["Report", "import_boxes"]
