"""One rule for search: a part of a text, ignoring case in any script, on each database."""

import unicodedata

import pytest

from forgesyte.text_search import containing
from jobs.models import Media
from tests.factories import make_media, make_user

COMPOSED = "Ünïcode (1).png"


@pytest.fixture
def medium(db):
    return make_media(make_user(), COMPOSED)


def found(field, text):
    return Media.objects.filter(containing(field, text)).exists()


@pytest.mark.parametrize(
    "text", ["ünï", "ÜNÏ", "nïCODE", unicodedata.normalize("NFD", "ÜNÏ"), "(1)."]
)
def test_a_name_by_any_part_of_it(medium, text):
    assert found("filename", text)


@pytest.mark.parametrize("text", ["unicode", "Ü.*", "%", "_", "Ü\\", "ünïcode  (1)"])
def test_only_by_a_part_of_it(medium, text):
    assert not found("filename", text)


@pytest.mark.parametrize(
    ("stored", "text"),
    [
        ("красный дом", "ДОМ"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("Ծառ", "ծԱՌ"),
        ("写真", "真"),
        ("صورة جميلة", "صورة"),
        ("100 % _", "% _"),
        (unicodedata.normalize("NFD", "Grüße Ñandú"), "ñandú"),
        (unicodedata.normalize("NFD", "Grüße Ñandú"), "GRÜ"),
    ],
)
def test_a_prompt_in_its_script(medium, stored, text):
    Media.objects.filter(pk=medium.pk).update(text_prompt=stored)
    assert found("text_prompt", text)
    assert not found("text_prompt", text + "x")
