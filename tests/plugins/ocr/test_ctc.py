"""Turning the recogniser's probabilities into text."""

import numpy as np
import pytest

from tests.plugins.ocr.helpers import PLUGIN  # noqa: F401 - puts the plugin on sys.path

import ocr_ctc  # isort: skip

COMMA = "\uff0c"  # full width
CHARACTERS = ["blank", "a", "b", COMMA, "字", " "]


def steps(*rows):
    """Probabilities from dicts of character -> probability; the rest is blank."""
    table = np.zeros((len(rows), len(CHARACTERS)), np.float32)
    for number, row in enumerate(rows):
        for character, probability in row.items():
            table[number, CHARACTERS.index(character)] = probability
        table[number, 0] = 1 - table[number].sum()
    return table


def test_repeats_are_merged_unless_a_blank_parts_them():
    text, score = ocr_ctc.decode(steps({"a": 0.9}, {"a": 0.8}, {}, {"a": 0.7}), CHARACTERS)
    assert text == "aa"
    assert score == pytest.approx(0.8)


def test_a_space_that_wins_no_step_but_the_gap_is_written():
    weak = {" ": 0.2}
    assert ocr_ctc.decode(steps({"a": 0.9}, weak, weak, {"b": 0.9}), CHARACTERS)[0] == "a b"
    assert ocr_ctc.decode(steps({"a": 0.9}, weak, {}, {"b": 0.9}), CHARACTERS)[0] == "ab"


def test_no_space_at_the_ends_and_never_two():
    sure = {" ": 0.9}
    found = steps(sure, {"a": 0.9}, sure, {}, sure, {"b": 0.9}, sure)
    assert ocr_ctc.decode(found, CHARACTERS)[0] == "a b"


def test_full_width_marks_become_plain_but_for_chinese():
    assert ocr_ctc.decode(steps({"a": 0.9}, {COMMA: 0.9}), CHARACTERS)[0] == "a,"
    assert ocr_ctc.decode(steps({"字": 0.9}, {COMMA: 0.9}), CHARACTERS)[0] == f"字{COMMA}"


def test_nothing_but_blanks():
    assert ocr_ctc.decode(steps({}, {" ": 0.9}), CHARACTERS) == ("", 0.0)
