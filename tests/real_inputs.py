"""Real photographs, scans and videos that are kept next to the repository, not in it.

``FORGESYTE_TEST_DATA`` names their folder; without it ``shared/data`` beside the repository
is used. Tests that want them are skipped where the folder is absent, whatever
``FORGESYTE_NO_SKIPS`` says.
"""

import os
from pathlib import Path

import pytest

REAL_INPUTS = Path(
    os.environ.get("FORGESYTE_TEST_DATA") or Path(__file__).resolve().parents[2] / "shared" / "data"
)
ABSENT = "the folder of real inputs (../shared/data) is absent"

needs_real_inputs = pytest.mark.skipif(not REAL_INPUTS.is_dir(), reason=ABSENT)
