"""How figures of several rounds are written."""

import statistics


def spread(values: list[float], form: str) -> str:
    """Median and range."""
    low, middle, high = (
        form.format(value) for value in (min(values), statistics.median(values), max(values))
    )
    return f"{middle} ({low}-{high})" if len(values) > 1 else middle
