"""Finds plugins, without importing their code."""
