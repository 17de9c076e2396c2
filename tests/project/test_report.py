"""What the demo prints, and how it compares a text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from forgesyte.report import LONGEST_JSON, character_error_rate, describe

words = st.text(alphabet="ab c", max_size=12)


@pytest.mark.parametrize(
    ("truth", "read", "rate"),
    [("abcd", "abcd", 0), ("abcd", "abxd", 0.25), ("abcd", "", 1), ("a  b\nc", "a b c ", 0)],
)
def test_the_error_rate_counts_changed_characters(truth: str, read: str, rate: float) -> None:
    assert character_error_rate(truth, read) == rate


@given(words, words)
def test_the_error_rate_agrees_with_rapidfuzz(truth: str, read: str) -> None:
    one, two = " ".join(truth.split()), " ".join(read.split())
    assert character_error_rate(truth, read) * max(1, len(one)) == pytest.approx(
        Levenshtein.distance(one, two)
    )


def test_a_text_is_shown_with_a_score_for_each_line() -> None:
    result = {"text": "Total 23.00", "lines": [{"text": "Total 23.00", "score": 0.98765}]}
    assert "Total 23.00\n\n" in describe(result)
    assert "  0.988  Total 23.00" in describe(result)


def test_a_long_result_is_cut_and_says_so() -> None:
    shown = describe({"masks": list(range(5000))})
    assert len(shown) < LONGEST_JSON + 100
    assert "more characters" in shown


def test_letters_of_every_language_are_shown_as_they_are() -> None:
    assert "Grüße 漢字" in describe({"label": "Grüße 漢字"})


def test_tracks_are_shown_as_a_table() -> None:
    track = {"track_id": 3, "label": "moving", "first_frame": 10, "last_frame": 90}
    frames = [{"frame": n, "objects": [{}, {}] if n == 4 else []} for n in range(200)]
    shown = describe({"frames": frames, "tracks": [track]})
    assert "1 tracks in 200 frames, at most 2 objects at once" in shown
    assert "      3      10      90  moving" in shown
