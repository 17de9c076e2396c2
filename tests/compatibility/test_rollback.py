"""docs/rollback.md: its commands bring an older version back to work, in both ways."""

import contextlib
import json
import os
import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from tests.compatibility.older_data import Api, Kept
from tests.node import wait_until
from tests.server import ROOT, Server

pytestmark = pytest.mark.slow

PAGE = (ROOT / "docs" / "rollback.md").read_text(encoding="utf-8")
STEPS = dict(re.findall(r"^```sh title=(\w+)\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL))
OLDER = "0.1.0"


class Operator:
    """Somebody at a shell in a checkout of their own, with a server that can be started."""

    def __init__(self, folder: Path, kept: Kept) -> None:
        self.kept = kept
        self.checkout, self.data = folder / "checkout", folder / "data"
        kept.unpack(self.data)
        self.run(f'git clone --quiet --shared --no-checkout "{ROOT}" "{self.checkout}"', folder)
        (self.checkout / ".venv").symlink_to(sys.prefix)

    def run(self, commands: str, folder: Path | None = None) -> None:
        plain = {k: v for k, v in os.environ.items() if k != "DATABASE_URL"}
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", commands],
            cwd=folder or self.checkout,
            env={
                **plain,
                "DATA_DIR": str(self.data),
                "BACKUP": f"{self.data}.before",
                "OLDER": self.kept.notes["commit"],
                "PLUGIN_DIRS": str(self.data / "plugins"),
            },
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{commands}\n{done.stdout}{done.stderr}"

    def install(self, version: str) -> None:
        self.run(f"git checkout --quiet {version}")

    def migrations(self) -> set[tuple[str, str]]:
        """Those of the version that is checked out."""
        files = self.checkout.glob("*/migrations/0*.py")
        return {(path.parts[-3], path.stem) for path in files}

    def applied(self) -> set[tuple[str, str]]:
        """Those of our own that the database has."""
        with contextlib.closing(sqlite3.connect(self.data / "forgesyte.sqlite3")) as connection:
            rows = connection.execute("SELECT app, name FROM django_migrations").fetchall()
        return {row for row in rows if (self.checkout / row[0]).is_dir()}

    def server(self) -> Server:
        """What ``make run`` starts."""
        server = self.kept.server(self.data, root=self.checkout)
        server.manage("migrate", "--verbosity", "0")
        server.start()
        return server

    def works(self, wanted: dict[str, int]) -> str:
        """Let the server show jobs (path -> status) and run one again; the new job's path."""
        server = self.server()
        try:
            wait_until(lambda: server.get("/readyz"), what="/readyz")
            api = Api(server)
            assert {path: api.http.get(path).status_code for path in wanted} == wanted
            old = f"/v1/jobs/{self.kept.notes['jobs']['codes']}"
            assert "seat 12" in json.dumps(api.get(old)["results"])
            again = api.post(f"{old}/retry", {})["job_id"]
            assert api.ended(f"/v1/jobs/{again}")["status"] == "completed"
        finally:
            server.stop()
        return f"/v1/jobs/{again}"


def test_both_ways_lead_back(tmp_path: Path) -> None:
    kept = Kept.by(OLDER)
    older = kept.notes["commit"]
    there = subprocess.run(["git", "cat-file", "-e", older], cwd=ROOT, check=False)
    if there.returncode:
        pytest.skip(f"the history has no {OLDER} ({older}); clone it whole: git fetch --unshallow")
    newer = subprocess.check_output(["git", "rev-parse", "HEAD"], cwd=ROOT, text=True).strip()
    operator = Operator(tmp_path, kept)

    operator.install(older)
    operator.run(STEPS["before"])
    operator.install(newer)
    since = operator.works({})

    operator.run(STEPS["restore"])
    operator.works({since: 404})

    operator.run('rm -r "$DATA_DIR" && mv "$DATA_DIR.newer" "$DATA_DIR"')
    operator.install(newer)
    operator.run(STEPS["back"])
    assert operator.applied() == operator.migrations()
    operator.works({since: 200})
