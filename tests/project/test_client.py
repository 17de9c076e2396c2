"""The demo's API client: waits as told, and passes on the server's messages."""

import json
import threading
from collections.abc import Callable, Iterator
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from forgesyte import client as client_module
from forgesyte.client import Client, ClientError

Answer = tuple[int, dict[str, Any]]


class ScriptedServer:
    """A real HTTP server that sends prepared responses and records the requests."""

    def __init__(self) -> None:
        self.answers: list[Answer] = []
        self.requests: list[tuple[str, str, Message, bytes]] = []
        server = self

        class Handler(BaseHTTPRequestHandler):
            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
                server.requests.append((self.command, self.path, self.headers, body))
                status, content = server.answers.pop(0)
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                if "retry_after" in content:
                    self.send_header("Retry-After", str(content["retry_after"]))
                self.end_headers()
                self.wfile.write(json.dumps(content).encode())

            do_GET = do_POST = answer  # noqa: N815 - the base class wants these names

            def log_message(self, *args: object) -> None:
                pass

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.http.server_port}"


@pytest.fixture
def server() -> Iterator[ScriptedServer]:
    scripted = ScriptedServer()
    thread = threading.Thread(target=scripted.http.serve_forever, args=[0.01])
    thread.start()
    yield scripted
    scripted.http.shutdown()
    scripted.http.server_close()
    thread.join()


@pytest.fixture
def pauses(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """Records pauses instead of waiting."""
    noted: list[float] = []
    monkeypatch.setattr(client_module.time, "sleep", noted.append)
    return noted


def connect(server: ScriptedServer, check: Callable[[], None] = lambda: None) -> Client:
    return Client(server.url, "fs_key", check)


def test_a_file_is_uploaded_byte_for_byte(server: ScriptedServer, tmp_path: Path) -> None:
    picture = tmp_path / 'a "b" ü.png'
    picture.write_bytes(b"\x89PNG\r\n--\r\n" * 1000)
    server.answers = [(200, {"job_id": "1"})]
    assert connect(server).submit(picture, "ocr", "default") == {"job_id": "1"}
    ((method, path, headers, body),) = server.requests
    assert (method, path) == ("POST", "/v1/image/submit?plugin_id=ocr&tool=default")
    assert headers["X-API-Key"] == "fs_key"
    boundary = headers["Content-Type"].partition("boundary=")[2].encode()
    part_headers, _, content = body.split(b"--" + boundary, 1)[1].partition(b"\r\n\r\n")
    assert b'filename="a %22b%22 %C3%BC.png"' in part_headers
    assert content == picture.read_bytes() + b"\r\n--" + boundary + b"--\r\n"


def test_a_video_goes_to_the_route_for_videos(server: ScriptedServer, tmp_path: Path) -> None:
    (tmp_path / "walk.mp4").write_bytes(b"film")
    server.answers = [(200, {"job_id": "1"})]
    connect(server).submit(tmp_path / "walk.mp4", "motion-tracker", "video_track")
    assert server.requests[0][1].startswith("/v1/video/submit?")


def test_it_asks_again_when_the_server_suggests(
    server: ScriptedServer, pauses: list[float]
) -> None:
    server.answers = [
        (200, {"status": "pending", "retry_after": 2}),
        (200, {"status": "running", "retry_after": 3600}),
        (200, {"status": "running"}),
        (200, {"status": "completed"}),
    ]
    assert connect(server).wait("1", timeout_s=60)["status"] == "completed"
    assert pauses == [2, client_module.LONGEST_PAUSE_S, 0.25]


def test_a_job_that_waits_too_long_says_why(server: ScriptedServer, pauses: list[float]) -> None:
    server.answers = [(200, {"status": "pending", "blocked_reason": "no worker is alive"})]
    with pytest.raises(ClientError, match="did not end within 0 s: no worker is alive"):
        connect(server).wait("1", timeout_s=0)


def test_a_refusal_is_passed_on_in_the_servers_words(
    server: ScriptedServer, tmp_path: Path
) -> None:
    (tmp_path / "a.png").write_bytes(b"text")
    server.answers = [(400, {"detail": "This is not an image."})]
    with pytest.raises(ClientError, match=r"answered 400: This is not an image\."):
        connect(server).submit(tmp_path / "a.png", "ocr", "default")


def test_a_server_that_died_is_noticed_while_waiting(
    server: ScriptedServer, pauses: list[float]
) -> None:
    def check() -> None:
        if server.requests:
            raise ClientError("The worker ended unexpectedly.")

    server.answers = [(200, {"status": "pending"})]
    with pytest.raises(ClientError, match="ended unexpectedly"):
        connect(server, check).wait("1", timeout_s=60)


def test_it_waits_for_the_server_to_come_up(server: ScriptedServer, pauses: list[float]) -> None:
    server.answers = [(503, {"detail": "starting"}), (200, {})]
    connect(server).wait_until_up()
    assert len(pauses) == 1


def test_a_server_that_does_not_come_up_is_an_error() -> None:
    with pytest.raises(ClientError, match="did not start"):
        Client("http://127.0.0.1:9", "", lambda: None).wait_until_up(timeout_s=0)


def test_a_large_result_is_fetched_from_its_address(server: ScriptedServer) -> None:
    server.answers = [(200, {"text": "long"})]
    job = {"results": None, "result_url": "/v1/jobs/1/result"}
    assert connect(server).result(job) == {"text": "long"}
