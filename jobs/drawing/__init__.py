"""Pictures and videos with what results say drawn in."""
