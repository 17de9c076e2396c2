"""One palette: drawings have the colours of the pages, and any script of the world has letters."""

import re
from pathlib import Path

import numpy as np

from plugins_app.outputs.palette import COLOURS, colour_numbers
from plugins_app.outputs.pixels.captions import label_picture

STATIC = Path(__file__).resolve().parents[2] / "static"
CSS = (STATIC / "css" / "job.css").read_text()


def test_drawings_have_the_colours_of_the_pages():
    told = re.findall(r"--thing-(\d): #(\w\w)(\w\w)(\w\w);", CSS)
    assert [int(number) for number, *_rgb in told] == list(range(len(COLOURS)))
    assert tuple(tuple(int(part, 16) for part in rgb) for _number, *rgb in told) == COLOURS


def test_every_colour_has_its_class_and_scripts_know_how_many_there_are():
    classes = re.findall(r"\.colour-(\d) \{\n  --shape: var\(--thing-(\d)\);", CSS)
    assert classes == [(str(number), str(number)) for number in range(len(COLOURS))]
    [count] = re.findall(r"COLOUR_COUNT = (\d+);", (STATIC / "js" / "masks.js").read_text())
    assert int(count) == len(COLOURS)


def test_each_group_has_its_colour_in_the_order_of_their_coming():
    groups = ["cat", "dog", "cat", *map(str, range(7))]
    assert colour_numbers(groups) == [0, 1, 0, 2, 3, 4, 5, 6, 7, 0]


def test_a_label_is_a_picture_on_its_colour_and_says_what_it_is_told():
    label = label_picture("#1 car", COLOURS[0], 15)
    assert label.shape[0] == 21
    assert (label[0, 0] == COLOURS[0]).all()
    inked = (label != np.array(COLOURS[0])).any(axis=2)
    assert inked.any()
    assert label_picture("#1 Übergröße", COLOURS[0], 15).shape[1] > label.shape[1]
    accented, plain = (label_picture(word, COLOURS[0], 40) for word in ("Ä", "A"))
    assert (accented[:14] != accented[0, 0]).any()
    assert not (plain[:14] != plain[0, 0]).any()
