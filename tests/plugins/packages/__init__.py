"""Packages in the shapes of plugins for the original ForgeSyte, installed as pip installs them."""

import subprocess
import sys
import zipfile
from pathlib import Path

HERE = Path(__file__).parent
METADATA = "Metadata-Version: 2.1\nName: {name}\nVersion: {version}\nSummary: {summary}\n"
WHEEL = "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"


def install(
    folder: Path, package: str, entry_points: dict[str, str], version="1.2.0", leave_out=()
):
    """Build a wheel of a package here and install it into ``folder``, offline.

    ``entry_points`` are those of the group ``forgesyte.plugins``.
    """
    folder.parent.mkdir(parents=True, exist_ok=True)
    wheel = folder.parent / f"{package}-{version}-py3-none-any.whl"
    info = f"{package}-{version}.dist-info"
    lines = "".join(f"{name} = {where}\n" for name, where in entry_points.items())
    files = {
        path.relative_to(HERE).as_posix(): path.read_text()
        for path in (HERE / package).rglob("*")
        if path.suffix in (".py", ".json") and path.name not in leave_out
    }
    files |= {
        f"{info}/METADATA": METADATA.format(name=package, version=version, summary="From afar."),
        f"{info}/WHEEL": WHEEL,
        f"{info}/entry_points.txt": f"[forgesyte.plugins]\n{lines}",
    }
    with zipfile.ZipFile(wheel, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        record = "".join(f"{name},,\n" for name in [*files, f"{info}/RECORD"])
        archive.writestr(f"{info}/RECORD", record)
    command = [sys.executable, "-m", "uv", "--offline", "pip", "install", "--quiet", "--no-deps"]
    subprocess.run([*command, "--target", str(folder), str(wheel)], check=True)
    wheel.unlink()
