"""What older versions left (``make_data.py``), and servers of this version over a copy of it."""

import hashlib
import json
import tarfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.server import ROOT, Server

FOLDER = Path(__file__).parent
ENDED_WITHIN_S = 240


@dataclass(frozen=True)
class Kept:
    """A data folder and what the server that left it had answered."""

    archive: Path
    notes: dict[str, Any]

    @classmethod
    def by(cls, version: str) -> "Kept":
        """What this version left."""
        archive = FOLDER / f"data-{version}.tar.gz"
        with tarfile.open(archive) as tar:
            return cls(archive, json.load(tar.extractfile("kept.json")))

    def unpack(self, folder: Path) -> Path:
        """A copy to work on."""
        with tarfile.open(self.archive) as tar:
            tar.extractall(folder, filter="data")
        return folder

    def server(self, folder: Path, root: Path = ROOT) -> Server:
        """A server of the checkout ``root`` over an unpacked copy, not yet started or migrated."""
        server = Server(folder, root, PLUGIN_DIRS=str(folder / "plugins"))
        server.api_key = self.notes["api_key"]
        return server


@dataclass
class Api:
    """A client of the API, with the key that the older version gave out."""

    server: Server
    http: httpx.Client = field(init=False)

    def __post_init__(self) -> None:
        self.http = httpx.Client(
            base_url=self.server.url,
            headers={"X-API-Key": self.server.api_key},
            timeout=120,
            trust_env=False,
        )

    def get(self, path: str) -> Any:
        """The JSON of an answer, its own address left out of it."""
        answer = self.http.get(path)
        assert answer.status_code == 200, (path, answer.text)
        return json.loads(answer.text.replace(self.server.url, ""))

    def post(self, path: str, body: Any) -> Any:
        """The JSON of the answer to a POST."""
        answer = self.http.post(path, json=body)
        assert answer.is_success, (path, answer.text)
        return answer.json()

    def digest(self, path: str) -> str:
        """SHA-256 of a file."""
        answer = self.http.get(path)
        assert answer.status_code == 200, (path, answer.text)
        return hashlib.sha256(answer.content).hexdigest()

    def ended(self, path: str) -> dict[str, Any]:
        """A job or an export, once it has ended."""
        until = time.monotonic() + ENDED_WITHIN_S
        while True:
            answer = self.http.get(path, headers={"Prefer": "wait=10"}).json()
            if answer["status"] not in ("pending", "running"):
                return answer
            assert time.monotonic() < until, f"{path} did not end: {answer}"


def page_client(server: Server, name: str, password: str) -> httpx.Client:
    """Somebody who has signed in on the pages."""
    browser = httpx.Client(base_url=server.url, timeout=60, trust_env=False, follow_redirects=True)
    browser.get("/login")
    token = browser.cookies["csrftoken"]
    form = {"username": name, "password": password, "csrfmiddlewaretoken": token}
    answer = browser.post("/login", data=form, headers={"Referer": f"{server.url}/login"})
    assert answer.status_code == 200, answer.text
    assert "sessionid" in browser.cookies
    return browser


def lost(old: Any, new: Any, where: str = "") -> list[str]:
    """What an answer said and does not say any more. New members and new rows are no loss."""
    if isinstance(old, dict) and isinstance(new, dict):
        gone = [f"{where}/{name} is gone" for name in old if name not in new]
        return gone + [w for n in old if n in new for w in lost(old[n], new[n], f"{where}/{n}")]
    if isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        pairs = enumerate(zip(old, new, strict=True))
        return [w for number, (a, b) in pairs for w in lost(a, b, f"{where}/{number}")]
    return [] if old == new else [f"{where}: {str(old)[:200]} became {str(new)[:200]}"]
