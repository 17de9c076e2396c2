"""In which order pieces of text are read, tried on pages made of boxes alone."""

import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.plugins.ocr.helpers import EM, box, column, disturb, flat, rows_of, shuffled

from ocr_reading_order import reading_order  # isort: skip


def read(quads, seed=0, **options):
    """Reading order of upright quads that come in another order than they are numbered in."""
    mixed, numbers = shuffled(quads, seed)
    blocks = reading_order(mixed, [0] * len(mixed), **options)
    return [[[numbers[index] for index in line] for line in block] for block in blocks]


def page(rng, columns, lines, width=15 * EM, gutter=1.5 * EM, top=200, **options):
    """Columns of running text; `lines` is how many each has."""
    quads = []
    for number in range(columns):
        x = 60 + number * (width + gutter)
        quads += column(rng, x, top, width, lines[number], **options)
    return quads


def in_order(quads, **options):
    return flat(read(quads, **options)) == list(range(len(quads)))


@pytest.mark.parametrize("degrees", [-2, -1, 0, 1, 2])
@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("columns", [2, 3])
def test_columns_are_read_one_after_the_other(columns, seed, degrees):
    rng = random.Random(seed)
    quads = disturb(page(rng, columns, [24] * 3), rng, degrees, jitter=0.05 * EM)
    assert in_order(quads, seed=seed)


@pytest.mark.parametrize("lines", [(30, 5), (5, 30), (3, 12), (25, 14, 6)])
def test_columns_of_uneven_length(lines):
    rng = random.Random(7)
    assert in_order(disturb(page(rng, len(lines), lines), rng, 1, jitter=1))


def test_columns_whose_lines_do_not_stand_side_by_side():
    rng = random.Random(3)
    quads = column(rng, 60, 200, 300, 20, pitch=25) + column(rng, 400, 211, 300, 20, pitch=27)
    assert in_order(disturb(quads, rng, -1, jitter=1))


def test_a_headline_across_the_columns_comes_first():
    rng = random.Random(1)
    quads = [box(60, 80, 29 * EM, em=2 * EM), *page(rng, 2, [20, 20])]
    assert in_order(disturb(quads, rng, 1.5))


def test_a_short_headline_over_the_middle_column_comes_first():
    rng = random.Random(2)
    quads = [box(60 + 18 * EM, 80, 10 * EM, em=2 * EM), *page(rng, 3, [20, 20, 20])]
    assert in_order(quads)


def test_a_line_across_the_columns_divides_them():
    rng = random.Random(4)
    upper, lower = page(rng, 2, [8, 8]), page(rng, 2, [8, 8], top=560)
    assert in_order([*upper, box(60, 480, 30 * EM), *lower])


def test_authors_side_by_side_are_read_before_the_columns_below():
    rng = random.Random(5)
    authors = [
        box(100, 60, 8 * EM),
        box(450, 60, 9 * EM),
        box(110, 85, 7 * EM),
        box(470, 85, 6 * EM),
    ]
    assert in_order([*authors, *page(rng, 2, [22, 22])])


def test_a_page_number_under_the_left_column_comes_last():
    rng = random.Random(6)
    quads = page(rng, 2, [20, 20], paragraphs=False)
    assert in_order([*quads, box(60, 200 + 25 * EM * 1.25, 2 * EM)])


def test_an_address_at_the_top_right_comes_before_the_text_below_it():
    address = [box(500, 60 + 25 * n, 7 * EM) for n in range(3)]
    letter = [box(60, 170 + 25 * n, 18 * EM) for n in range(8)]
    assert in_order([*address, *letter])


def table(rng, lines, cells, bend=0.0, pitch=1.4 * EM):
    """Rows of cells, and the rows' numbers. `cells(rng)` gives (x, width) of a row's cells."""
    quads, rows, y = [], [], 100.0
    for _ in range(lines):
        row = sorted(cells(rng))
        rows.append(list(range(len(quads), len(quads) + len(row))))
        for x, width in row:
            sag = bend * np.sin(np.pi * (x + width / 2) / (30 * EM))
            quads.append(box(x, y + sag, width))
        y += pitch * rng.choice([1, 1, 1, 2])
    return quads, rows


def receipt_row(rng):
    cells = [(60, rng.uniform(2, 8) * EM)]
    if rng.random() < 0.8:
        price = rng.choice([2, 2.5, 3]) * EM
        cells.append((60 + 22 * EM - price, price))
    return cells


def number_row(rng):
    ends = [(60 + (13 + 5 * n) * EM, rng.uniform(1, 3) * EM) for n in range(4)]
    return [(60, rng.uniform(3, 10) * EM), *((end - width, width) for end, width in ends)]


def form_row(rng):
    return [(60, rng.uniform(3, 8) * EM), (60 + 11 * EM, rng.uniform(2, 14) * EM)]


def long_row(rng):
    return [(60, rng.uniform(4, 14) * EM), (60 + 15 * EM, rng.uniform(4, 14) * EM)]


@pytest.mark.parametrize("seed", range(12))
@pytest.mark.parametrize("cells", [receipt_row, number_row, form_row, long_row])
def test_tables_receipts_and_forms_are_read_row_by_row(cells, seed):
    rng = random.Random(seed)
    bend = rng.choice([0, -0.3 * EM, 0.3 * EM])
    quads, rows = table(rng, rng.randint(8, 30), cells, bend)
    quads = disturb(quads, rng, rng.uniform(-2, 2), jitter=0.06 * EM)
    assert rows_of(read(quads, seed)) == rows


def test_without_columns_lines_run_over_the_whole_width():
    quads = page(random.Random(1), 2, [10, 10], paragraphs=False)
    assert rows_of(read(quads, columns=False)) == [[n, n + 10] for n in range(10)]


def test_words_the_detector_tore_apart_are_one_line():
    quads = [box(60, 100, 200), box(280, 101, 150), box(60, 125, 370)]
    assert rows_of(read(quads)) == [[0, 1], [2]]


def test_wider_space_between_lines_starts_a_block():
    lines = [100, 125, 150, 210, 235, 260]
    blocks = read([box(60, y, 300) for y in lines])
    assert blocks == [[[0], [1], [2]], [[3], [4], [5]]]


@pytest.mark.parametrize("turn", [90, 180, 270])
def test_a_turned_page_is_read_as_if_it_stood_upright(turn):
    upright = page(random.Random(8), 2, [15, 15])
    # Clockwise by `turn` in the picture, where y grows downward.
    to = {90: [[0, 1], [-1, 0]], 180: [[-1, 0], [0, -1]], 270: [[0, -1], [1, 0]]}[turn]
    turned = [np.roll(quad @ np.float32(to), turn // 90, axis=0) for quad in upright]
    assert flat(reading_order(turned, [turn] * len(turned))) == list(range(len(upright)))


def test_text_turned_otherwise_than_the_page_comes_last():
    quads = [box(60, 100, 300), box(60, 125, 300)]
    side = np.float32([[10, 60], [40, 60], [40, 200], [10, 200]])
    assert flat(reading_order([side, *quads], [270, 0, 0])) == [1, 2, 0]


def test_nothing_to_read():
    assert reading_order([], []) == []


place = st.floats(0, 2000, width=32)
length = st.floats(1, 600, width=32)
height = st.floats(1, 60, width=32)
pieces = st.tuples(place, place, length, height, st.sampled_from([0, 0, 0, 90, 180, 270]))


def as_quad(piece):
    x, y, w, h, turn = piece
    if turn in (90, 270):
        w, h = h, w
    return np.float32([[x, y], [x + w, y], [x + w, y + h], [x, y + h]])


@settings(deadline=None, max_examples=150)
@given(
    st.lists(pieces, max_size=30, unique_by=lambda piece: piece[:2]), st.randoms(), st.booleans()
)
def test_every_piece_once_whatever_order_they_come_in(found, rng, columns):
    quads, turns = [as_quad(piece) for piece in found], [piece[4] for piece in found]
    order = flat(reading_order(quads, turns, columns))
    assert sorted(order) == list(range(len(quads)))
    mixed = list(range(len(quads)))
    rng.shuffle(mixed)
    again = flat(reading_order([quads[n] for n in mixed], [turns[n] for n in mixed], columns))
    assert [mixed[n] for n in again] == order
