"""File names in an archive."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.exporting import drawn  # noqa: F401  # the plugin's folder is on the path

from export_names import Names, safe  # isort: skip

WORDS = st.text(max_size=300)


@given(st.lists(WORDS, max_size=30))
def test_every_name_is_given_once_and_can_be_unpacked_anywhere(wishes):
    names = Names("manifest.json")
    given_out = [names.take(wish) for wish in wishes]
    keys = [unicodedata.normalize("NFKC", name).casefold() for name in given_out]
    assert len({*keys, "manifest.json"}) == len(wishes) + 1
    for name in given_out:
        assert len(name.encode()) < 250
        assert not set(name) & set('/\\:*?"<>|\0\n')
        assert name.strip(". ")


@given(st.lists(WORDS, max_size=10))
def test_the_same_wishes_get_the_same_names(wishes):
    first, second = Names(), Names()
    assert [first.take(wish) for wish in wishes] == [second.take(wish) for wish in wishes]


@pytest.mark.parametrize("name", ["кот.png", "图像.jpg", "صورة.png", "naïve é.webp", "a.b.c.png"])
def test_names_in_any_script_stay_as_they_are(name):
    assert Names().take(name) == name


def test_the_number_stands_before_the_extension():
    names = Names()
    assert [names.take("cat.png") for _ in range(3)] == ["cat.png", "cat-2.png", "cat-3.png"]
    assert names.take("CAT.PNG") == "CAT-4.PNG"


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("../../etc/passwd", "_.._etc_passwd"),
        ("con.png", "_con.png"),
        ("..", "unnamed"),
        ("", "unnamed"),
    ],
)
def test_names_that_lead_elsewhere_are_changed(name, kept):
    assert safe(name) == kept
