"""The default settings, no matter which server the environment is configured for.

What tests start gets them from ``forgesyte.settings``, and from the variables that a test gives.
"""

import os
import re
from pathlib import Path

NEEDED = {"DATA_DIR", "DATABASE_URL"}
"""What the runs of the tests themselves set: ``make test``, and ``tests.postgres``."""

OTHERS = re.compile("(YOLO|SEGMENT)_.*|FORCE_COLOR|PY_COLORS")
"""Models of plugins, and colours in what programs print."""

_source = (Path(__file__).parents[1] / "forgesyte" / "settings.py").read_text(encoding="utf-8")
_ours = set(re.findall(r'env_\w+\("(\w+)"', _source)) - NEEDED
for _name in [name for name in os.environ if name in _ours or OTHERS.fullmatch(name)]:
    del os.environ[_name]
os.environ["DJANGO_SETTINGS_MODULE"] = "forgesyte.settings"

from forgesyte.settings import *  # noqa: E402, F403
