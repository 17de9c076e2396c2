"""The Range header."""

from hypothesis import given
from hypothesis import strategies as st

from jobs.web.ranges import NotSatisfiable, parse

sizes = st.integers(0, 10_000)
numbers = st.one_of(st.just(""), st.integers(0, 12_000).map(str))


@given(numbers, numbers, sizes)
def test_a_range_is_never_empty_and_never_leaves_the_file(first, last, size):
    try:
        found = parse(f"bytes={first}-{last}", size)
    except NotSatisfiable:
        return
    if found is not None:
        start, end = found
        assert 0 <= start < end <= size


@given(st.text(), sizes)
def test_any_text_is_a_range_or_ignored(header, size):
    try:
        parse(header, size)
    except NotSatisfiable:
        assert header.strip().lower().startswith("bytes")
