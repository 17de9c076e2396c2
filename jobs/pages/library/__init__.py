"""The pages of the library: its list, annotating, processing, history."""
