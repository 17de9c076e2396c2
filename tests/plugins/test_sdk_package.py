"""The SDK under its own name: installed where there is no server, and in a host."""

import importlib
import importlib.metadata
import os
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from plugins_app import sdk

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "plugins_app" / "sdk"
TEMPLATE = ROOT / "plugins_app" / "plugin_template"
LENT = (
    "numpy",
    "opencv-python",
    "pytest",
    "pluggy",
    "iniconfig",
    "packaging",
    "pygments",
)
UV = (sys.executable, "-m", "uv", "--offline", "--quiet")
LIMIT_S = 120


def run(*command, **more):
    done = subprocess.run(
        [str(part) for part in command],
        capture_output=True,
        text=True,
        check=False,
        timeout=LIMIT_S,
        **more,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def python(tmp_path_factory):
    """The interpreter of an environment that has nothing but the wheel."""
    folder = tmp_path_factory.mktemp("package")
    shutil.copytree(SOURCE, folder / "source", ignore=shutil.ignore_patterns("__pycache__"))
    build = (*UV, "build", "--wheel", "--no-build-isolation", "--python", sys.executable)
    run(*build, "--out-dir", folder / "dist", folder / "source")
    (wheel,) = (folder / "dist").glob("*.whl")
    run(*UV, "venv", "--python", sys.executable, folder / "venv")
    python = folder / "venv" / "bin" / "python"
    run(*UV, "pip", "install", "--python", python, wheel)
    return python


def lend(python, names):
    """Make packages of the server's environment importable in the other one, and no more."""
    site = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").strip())
    for name in names:
        distribution = importlib.metadata.distribution(name)
        tops = {Path(str(file)).parts[0] for file in distribution.files or []}
        for top in tops - {"..", "__pycache__"}:
            if not (site / top).exists():
                (site / top).symlink_to(distribution.locate_file(top))


def bare(python, code):
    """Run code there, in a folder without the server."""
    return run(python, "-c", code, cwd=python.parent, env={"PATH": os.environ["PATH"]})


@pytest.mark.slow
def test_it_is_installed_alone_and_needs_nothing(python):
    installed = bare(
        python,
        "import importlib.metadata as m; print(sorted(d.name for d in m.distributions()))",
    )
    assert installed.strip() == "['forgesyte-sdk']"
    said = bare(
        python,
        "import sys, forgesyte_sdk as sdk\n"
        "from forgesyte_sdk.testing import session\n"
        "with session() as call:\n"
        "    sdk.write_artifact('a.txt', 'x'); sdk.progress(1, 4)\n"
        "try: raise sdk.ToolError('No luck.')\n"
        "except ValueError as error: print(error, call.progress, list(call.artifacts))\n"
        "print([m for m in ('plugins_app', 'django', 'numpy') if m in sys.modules])",
    )
    assert said.splitlines() == ["No luck. [(0.25, '')] ['a.txt']", "[]"]


@pytest.mark.slow
def test_the_templates_own_test_passes_there(python, tmp_path):
    lend(python, LENT)
    for source in TEMPLATE.glob("*-tpl"):
        (tmp_path / source.name.removesuffix("-tpl")).write_text(source.read_text())
    command = (python, "-m", "pytest", "-q", "-p", "no:cacheprovider", ".")
    assert "1 passed" in run(*command, cwd=tmp_path, env={"PATH": os.environ["PATH"]})


@pytest.mark.slow
def test_every_module_of_it_is_in_the_wheel(python):
    there = bare(
        python,
        "import forgesyte_sdk, pkgutil;"
        "print(*sorted(m.name for m in pkgutil.iter_modules(forgesyte_sdk.__path__)))",
    )
    wanted = {path.stem for path in SOURCE.glob("*.py")} - {"__init__", "alias"}
    assert set(there.split()) == wanted


def test_its_version_begins_with_that_of_the_contract():
    project = tomllib.loads((SOURCE / "pyproject.toml").read_text())["project"]
    assert project["version"].split(".")[0] == str(sdk.API_VERSION)


def test_beside_the_server_it_is_the_servers_own_under_either_name():
    code = (
        "from plugins_app.sdk import alias; alias.install(); alias.install()\n"
        "import forgesyte_sdk, forgesyte_sdk.testing\n"
        "from forgesyte_sdk import images, tracking\n"
        "import plugins_app.sdk.images, plugins_app.sdk.testing, plugins_app.sdk.tracking\n"
        "sdk = plugins_app.sdk\n"
        "assert forgesyte_sdk is sdk and forgesyte_sdk.ToolError is sdk.ToolError\n"
        "assert forgesyte_sdk.testing is sdk.testing and images is sdk.images\n"
        "assert tracking.Tracker is sdk.tracking.Tracker\n"
        "assert sdk.__name__ == sdk.__spec__.name == 'plugins_app.sdk'\n"
        "try: import forgesyte_sdk.nothing\n"
        "except ModuleNotFoundError as error: print(error)"
    )
    assert "No module named 'plugins_app.sdk.nothing'" in run(sys.executable, "-c", code, cwd=ROOT)
