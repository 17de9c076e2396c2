"""Shortens plugins' texts for a terminal."""

MOST_CHARACTERS = 500


def short_lines(text: str, most: int = MOST_CHARACTERS) -> str:
    """The text with each line cut to ``most`` characters, and a note on how many were left out."""
    return "\n".join(_short(line, most) for line in text.split("\n"))


def _short(line: str, most: int) -> str:
    left_out = len(line) - most
    return f"{line[:most]} [{left_out:,} characters left out]" if left_out > 0 else line
