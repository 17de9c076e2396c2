"""The shell session of docs/api.md works as it stands, on a real node."""

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.project.nodes import ROOT, answers, end, eventually, free_port, manage

PAGE = (ROOT / "docs" / "api.md").read_text()
SESSION = re.findall(r"^```sh\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """A node's URL and an API key."""
    folder, port = tmp_path_factory.mktemp("api"), free_port()
    serve = manage("migrate", "--verbosity", "0", data_dir=folder, port=port)
    serve.communicate()
    user = manage("shell", "-v0", "-c", MAKE_USER, data_dir=folder, port=port)
    assert user.communicate()[0] == ""
    key = manage("create_api_key", "admin", "laptop", data_dir=folder, port=port)
    serve = manage("serve", data_dir=folder, port=port)
    eventually(lambda: answers(port, "/readyz"))
    yield f"http://127.0.0.1:{port}", key.communicate()[0].strip()
    end(serve)


MAKE_USER = (
    "from django.contrib.auth import get_user_model;"
    "get_user_model().objects.create_superuser('admin', '', 'a-long-password')"
)


@pytest.mark.slow
def test_the_session_of_the_page_reads_the_receipt(server: tuple[str, str], tmp_path: Path) -> None:
    address, key = server
    shutil.copy(ROOT / "static" / "samples" / "receipt.png", tmp_path)
    script = "set -eo pipefail\nSTATUS=\n" + "\n".join(SESSION)
    session = subprocess.run(
        ["bash", "-c", script],
        cwd=tmp_path,
        env={**os.environ, "SERVER": address, "KEY": key, "no_proxy": "127.0.0.1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert session.returncode == 0, session.stdout + session.stderr
    assert "Sourdough loaf" in session.stdout
    assert "min_score" in session.stdout
    assert '"text"' in (tmp_path / "result.json").read_text()
    assert "Sourdough" in (tmp_path / "receipt.hocr").read_text()
    assert not session.stderr


def test_the_page_has_a_session() -> None:
    assert len(SESSION) >= 5
