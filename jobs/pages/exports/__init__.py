"""Exports: choosing what and how, following one, and the list of them."""
