"""The bundled sample is what the script draws, and its true text is what is printed on it."""

from decimal import Decimal
from pathlib import Path

from PIL import Image, ImageChops

from tests.samples import receipt

COMMITTED = Path(__file__).resolve().parents[2] / "static" / "samples"


def test_the_committed_receipt_is_the_drawn_one() -> None:
    with Image.open(COMMITTED / "receipt.png") as committed:
        drawn = receipt.draw_receipt()
        assert committed.size == drawn.size
        assert ImageChops.difference(committed.convert("L"), drawn).getbbox() is None


def test_the_committed_text_is_the_printed_one() -> None:
    assert (COMMITTED / "receipt.txt").read_text() == receipt.receipt_text()


def test_drawing_twice_gives_the_same_bytes(tmp_path: Path) -> None:
    first = [path.read_bytes() for path in receipt.write_receipt(tmp_path / "a")]
    second = [path.read_bytes() for path in receipt.write_receipt(tmp_path / "b")]
    assert first == second


def test_the_receipt_stays_small() -> None:
    assert (COMMITTED / "receipt.png").stat().st_size < 300_000


def test_the_sums_on_the_receipt_fit() -> None:
    printed = dict(receipt.receipt_rows())
    goods = sum(Decimal(printed[name]) for name, _ in receipt.GOODS)
    assert Decimal(printed["Total"]) == goods
    assert Decimal(printed["Cash"]) - Decimal(printed["Change"]) == goods
    assert Decimal(printed["VAT 20% included"]) == (goods / 6).quantize(Decimal("0.01"))
