"""``python -m tests.samples.draw`` (``make samples``): draw what is under static/samples again.

It writes the same bytes on every run with the pinned libraries.
"""

from pathlib import Path

from tests.samples.moving import write_video
from tests.samples.receipt import write_receipt

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "static" / "samples"


def main() -> None:
    """Write the files and name them."""
    for path in [*write_receipt(SAMPLES), write_video(SAMPLES / "moving.mp4")]:
        print(f"{path.relative_to(ROOT)}  {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
