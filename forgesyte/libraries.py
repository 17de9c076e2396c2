"""Says what to install if OpenCV's wheel lacks a system library.

``python -m forgesyte.libraries`` then prints the advice and exits with 1. OpenCV is tried in a
separate process, because only plugin hosts may load it.
"""

import subprocess
import sys
from ctypes.util import find_library
from importlib.util import find_spec

WANTED = {"GL": "libgl1", "glib-2.0": "libglib2.0-0"}
"""System libraries that the opencv-python wheel requires, with their Debian packages."""


def missing_libraries() -> list[str]:
    """Debian packages whose library the loader can't find. Quick; loads nothing."""
    if find_spec("cv2") is None:
        return []
    return [package for name, package in WANTED.items() if find_library(name) is None]


def opencv_problem(python: str = sys.executable) -> str:
    """Why ``import cv2`` fails and what to do; ``""`` if it works."""
    trial = subprocess.run(
        [python, "-c", "import cv2"], capture_output=True, text=True, check=False
    )
    if trial.returncode == 0:
        return ""
    lines = trial.stderr.strip().splitlines()
    reason = lines[-1] if lines else f"the interpreter ended with {trial.returncode}"
    if ".so" in reason:
        packages = " ".join(WANTED.values())
        advice = f"On Debian or Ubuntu: apt-get install -y {packages}\nThen run the command again."
    else:
        advice = "Delete the folder .venv and run the command again."
    return f"OpenCV, which the plugins need, can't be loaded:\n  {reason}\n{advice}"


if __name__ == "__main__":
    sys.exit(opencv_problem() or 0)
