"""Plugins over HTTP, read only."""
