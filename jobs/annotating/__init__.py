"""Boxes and points on images: by hand, imported, or taken over from results."""
