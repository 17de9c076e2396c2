"""File names: all scripts are kept, but nothing that makes a name look like another."""

import pytest

from jobs.intake.names import MAX_LENGTH, clean


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("scan.png", "scan.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\scans\\page 1.tif", "page 1.tif"),
        ("Straße 東京 مرحبا.jpg", "Straße 東京 مرحبا.jpg"),
        ("क्\u200dष.png", "क्\u200dष.png"),
        ("\u202egpj.exe.png", "gpj.exe.png"),
        ("a\u2066b\u2069c.png", "abc.png"),
        ("line\nbreak\x00.png", "linebreak.png"),
        ("", "unnamed"),
        (None, "unnamed"),
    ],
)
def test_what_is_kept_of_a_name(given, kept):
    assert clean(given) == kept


def test_a_long_name_keeps_its_extension():
    name = clean("é" * 400 + ".jpeg")
    assert len(name) == MAX_LENGTH
    assert name.endswith(".jpeg")
