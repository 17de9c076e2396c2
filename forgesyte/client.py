"""A small client for the HTTP API (docs/api.md) that uses only the standard library."""

import json
import mimetypes
import secrets
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import quote, urlencode, urljoin
from urllib.request import ProxyHandler, Request, build_opener

FINAL = {"completed", "failed", "canceled"}
CHUNK_BYTES = 1024 * 1024
ANSWER_WITHIN_S = 60
LONGEST_PAUSE_S = 5.0


class ClientError(Exception):
    """The server refused, can't be reached or took too long; the message says why."""


class Client:
    """Talks to one server as the owner of one API key.

    ``check`` is called while waiting and may raise, for example if the server has died.
    """

    def __init__(self, base_url: str, api_key: str, check: Callable[[], None]) -> None:
        self.base_url = base_url
        self.api_key = api_key
        self.check = check
        self.opener = build_opener(ProxyHandler({}))  # the server is on this machine

    def address(self, path: str) -> str:
        """The absolute URL of a path or of a URL given by the server."""
        return urljoin(self.base_url, path)

    def wait_until_up(self, timeout_s: float = 60) -> None:
        """Wait for ``/healthz`` to respond. Raises ClientError after ``timeout_s`` seconds."""
        deadline = time.monotonic() + timeout_s
        while True:
            self.check()
            try:
                self._request("/healthz")
            except ClientError as error:
                if time.monotonic() > deadline:
                    raise ClientError(f"The server did not start: {error}") from error
                time.sleep(0.1)
            else:
                return

    def submit(self, file: Path, plugin: str, tool: str) -> dict[str, Any]:
        """Upload one file to ``/v1/image/submit`` or ``/v1/video/submit``; returns the response."""
        content_type = mimetypes.guess_type(file.name)[0] or "application/octet-stream"
        kind = "video" if content_type.startswith("video/") else "image"
        address = f"/v1/{kind}/submit?" + urlencode({"plugin_id": plugin, "tool": tool})
        boundary = secrets.token_hex(16)
        head = (
            f'--{boundary}\r\nContent-Disposition: form-data; name="file"; '
            f'filename="{quote(file.name, safe=" ()")}"\r\nContent-Type: {content_type}\r\n\r\n'
        ).encode()
        tail = f"\r\n--{boundary}--\r\n".encode()
        headers = {
            "Content-Type": f"multipart/form-data; boundary={boundary}",
            "Content-Length": str(len(head) + file.stat().st_size + len(tail)),
        }
        return self._request(address, headers, _form(head, file, tail))[0]

    def wait(self, job_id: str, timeout_s: float) -> dict[str, Any]:
        """Poll the job, as often as the server suggests (Retry-After), until it has ended.

        Raises ClientError after ``timeout_s`` seconds.
        """
        deadline = time.monotonic() + timeout_s
        while True:
            self.check()
            job, headers = self._request(f"/v1/jobs/{job_id}")
            if job["status"] in FINAL:
                return job
            if time.monotonic() > deadline:
                why = job.get("blocked_reason") or f"it is {job['status']}"
                raise ClientError(f"The job did not end within {timeout_s:g} s: {why}.")
            time.sleep(_pause_s(headers.get("Retry-After")))

    def result(self, job: dict[str, Any]) -> Any:
        """The result of a completed job; a large one is fetched from ``result_url``."""
        if job.get("results") is None and job.get("result_url"):
            return self._request(job["result_url"])[0]
        return job.get("results")

    def _request(
        self, address: str, headers: dict[str, str] | None = None, data: Any = None
    ) -> tuple[Any, Any]:
        url = self.address(address)
        own = {"X-API-Key": self.api_key, "Accept": "application/json"}
        request = Request(url, data, {**own, **(headers or {})})  # noqa: S310 - our own URL
        try:
            with self.opener.open(request, timeout=ANSWER_WITHIN_S) as answer:
                body = answer.read()
                is_json = "json" in answer.headers.get("Content-Type", "")
                return json.loads(body) if is_json else body, answer.headers
        except HTTPError as error:
            raise ClientError(f"{url} answered {error.code}: {_detail(error)}") from error
        except (URLError, OSError) as error:
            raise ClientError(f"{url} can't be reached: {error}") from error


def _form(head: bytes, file: Path, tail: bytes) -> Iterator[bytes]:
    yield head
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk
    yield tail


def _detail(error: HTTPError) -> str:
    """The ``detail`` of a problem document (RFC 9457), or else the HTTP reason phrase."""
    try:
        return str(json.loads(error.read())["detail"])
    except (ValueError, KeyError, TypeError):
        return str(error.reason)


def _pause_s(retry_after: str | None) -> float:
    """Seconds to wait: what the server suggests, within limits; the header may also be a date."""
    try:
        return min(LONGEST_PAUSE_S, max(0.1, float(retry_after or 0.25)))
    except ValueError:
        return LONGEST_PAUSE_S
