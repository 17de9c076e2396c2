"""Zip archives: what is extracted, and what attacks don't work."""

import io
import struct
import zipfile
import zlib

import pytest

from jobs.intake import archive
from jobs.intake.archive import is_archive, members
from jobs.refusal import Refusal
from tests.factories import picture, uploaded

pytestmark = pytest.mark.django_db


def packed(files, method=zipfile.ZIP_DEFLATED):
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as made:
        for name, data in files:
            made.writestr(name, data)
    return stream.getvalue()


def taken(data):
    """Names and sizes of what comes out."""
    found = []
    upload = uploaded("a.zip", data)
    assert is_archive(upload)
    for member in members(upload):
        with member.upload as file:
            found.append((member.path, file.size, len(file.sha256)))
    return found


def refusal(data):
    with pytest.raises(Refusal) as caught:
        taken(data)
    return caught.value.status, caught.value.message


def test_files_come_out_hashed_and_clutter_stays_behind():
    data = picture()
    files = [("a/b.png", data), ("__MACOSX/a/._b.png", b"x"), ("a/.DS_Store", b"x"),
             ("Thumbs.db", b"x"), ("empty/", b"")]  # fmt: skip
    assert taken(packed(files)) == [("a/b.png", len(data), 64)]


@pytest.mark.parametrize("name", ["Ärger/写真.png", "صورة.png"])
def test_names_in_any_script(name):
    assert taken(packed([(name, b"x")]))[0][0] == name


def test_names_of_archives_that_do_not_say_their_script():
    name = "写真.png"
    raw = packed([("AAAAAAAAAA", b"x")]).replace(b"AAAAAAAAAA", name.encode())
    assert taken(raw)[0][0] == name


def test_names_from_the_unicode_field():
    raw = b"name.png"
    field = b"\1" + struct.pack("<L", zlib.crc32(raw)) + "写真.png".encode()
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as made:
        info = zipfile.ZipInfo("name.png")
        info.extra = struct.pack("<HH", 0x7075, len(field)) + field
        made.writestr(info, b"x")
    assert taken(stream.getvalue())[0][0] == "写真.png"


@pytest.mark.parametrize("name", ["../../evil.png", "/etc/evil.png", "a/../../evil.png"])
def test_paths_lead_nowhere(name, own_data_dir):
    before = set(own_data_dir.parent.rglob("*"))
    assert len(taken(packed([(name, b"x")]))) == 1
    assert not [path for path in set(own_data_dir.parent.rglob("*")) - before if path.is_file()]


def test_an_archive_within_is_refused():
    status, message = refusal(packed([("inner.zip", packed([("a.png", b"x")]))]))
    assert status == 400
    assert "inner.zip is an archive inside" in message


def test_too_many_files(monkeypatch):
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    assert refusal(packed([(f"{n}.png", b"x") for n in range(4)]))[0] == 413


def test_a_directory_that_lies_about_its_size_is_not_read_whole(monkeypatch):
    monkeypatch.setattr(archive, "MAX_DIRECTORY_BYTES", 100)
    assert refusal(packed([("x" * 200, b"x")]))[0] == 413


def test_a_bomb_is_cut_off_where_the_limits_are(settings, own_data_dir):
    settings.MAX_IMAGE_BYTES = 1_000_000
    settings.MAX_VIDEO_BYTES = 2_500_000
    zeros = bytes(50_000_000)
    big = uploaded("a.zip", packed([("one.png", zeros)]))
    (only,) = list(members(big))
    assert only.upload.too_large
    small = bytes(900_000)
    status, message = refusal(packed([(f"{n}.png", small) for n in range(4)]))
    assert status == 413
    assert "Unpacked" in message


def test_an_encrypted_archive_is_refused():
    data = bytearray(packed([("a.png", b"xxxx")], zipfile.ZIP_STORED))
    central = data.index(b"PK\x01\x02")
    data[central + 8] |= 1
    assert refusal(bytes(data)) == (400, "The archive is encrypted. Send one without a password.")


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_rare_packing_is_refused(method):
    assert "unusual compression" in refusal(packed([("a.png", b"x" * 100)], method))[1]


def test_damage_is_told():
    whole = packed([("a.png", picture()), ("b.png", picture())])
    assert refusal(whole[: len(whole) // 2])[0] == 400
    assert refusal(packed([]))[0] == 400
    broken = bytearray(packed([("a.png", b"hello world")], zipfile.ZIP_STORED))
    broken[broken.index(b"hello")] ^= 0xFF
    assert "damaged" in refusal(bytes(broken))[1]


def test_any_damage_is_a_refusal_and_never_another_error():
    whole = packed([("a.png", picture()), ("b/ü.png", picture())])
    for at in range(4, len(whole)):
        damaged = bytearray(whole)
        damaged[at] ^= 0xFF
        try:
            taken(bytes(damaged))
        except Refusal:
            continue
