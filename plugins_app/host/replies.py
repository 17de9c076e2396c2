"""Reads the child's messages without trusting them: a plugin may have written them."""

import json
import math
import re
import stat
from pathlib import Path
from typing import Any

from plugins_app.host.calls import HostArtifact, HostFailure, HostResult, Progress
from plugins_app.host.protocol import PAYLOAD, Message, ProtocolError, no_constant
from plugins_app.sdk import ARTIFACT_NAME, REASONS

MAX_ARTIFACTS = 1000
CONTENT_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]{1,50}")
KIND = re.compile(r"[a-z][a-z0-9_-]{0,31}")
DIGEST = re.compile(r"[0-9A-Za-z:._-]{0,128}")


def clean(value: object, limit: int) -> str:
    """A text that every database accepts, cut to ``limit`` characters."""
    text = value if isinstance(value, str) else ""
    return text[:limit].replace("\0", " ").encode("utf-8", "replace").decode()


def progress_from(message: Message) -> Progress:
    """Reported progress. A fraction outside 0..1 is ignored."""
    fraction = message.get("fraction")
    sane = isinstance(fraction, (int, float)) and 0 <= fraction <= 1
    return Progress(float(fraction) if sane else None, clean(message.get("note"), 200))  # type: ignore[arg-type]


def failure_from(message: Message, log: str) -> HostFailure:
    """A failure that the tool itself reported."""
    reason = message.get("reason")
    if reason not in (*REASONS, "out_of_memory"):
        reason = "tool_error"
    text = clean(message.get("message"), 2000) or "The tool failed without saying why."
    return HostFailure(str(reason), text, retryable=message.get("retryable") is True, log=log)


def result_from(
    message: Message, workdir: Path, log: str, wall_s: float, peak_rss_bytes: int
) -> HostResult | HostFailure:
    """A result, or a failure if a file that it announces is missing.

    Raises ProtocolError for a message that no proper host sends.
    """
    listed = message.get("artifacts")
    if not isinstance(listed, list) or len(listed) > MAX_ARTIFACTS:
        raise ProtocolError("a result came without a proper list of artifacts")
    artifacts = [_artifact(one, workdir) for one in listed]
    for artifact in artifacts:
        if not _regular_file(artifact.path):
            text = f"The tool announced the file {artifact.name} but did not write it."
            return HostFailure("tool_error", text, log=log)
    result_path, payload = None, message.get(PAYLOAD)
    if "file" in message:
        result_path = workdir / "result.json"
        if message["file"] != "result.json" or not _regular_file(result_path):
            raise ProtocolError("a result came whose file does not exist")
    elif not isinstance(payload, bytes):
        raise ProtocolError("a result came without a result")
    digest = message.get("model_digest")
    return HostResult(
        result=None if result_path else _checked(payload),
        result_json=b"" if result_path else payload or b"",
        result_path=result_path,
        artifacts=artifacts,
        log=log,
        cpu_s=_seconds(message.get("cpu_s")),
        wall_s=wall_s,
        peak_rss_bytes=peak_rss_bytes,
        model_digest=digest if isinstance(digest, str) and DIGEST.fullmatch(digest) else "",
    )


def _checked(payload: Any) -> Any:
    """Decode a result and make sure that any reader can.

    Raises ProtocolError if it isn't UTF-8 or JSON, or contains half a surrogate pair as an escape,
    which the child itself never writes.
    """
    try:
        text = payload.decode()
        result = json.loads(text, parse_constant=no_constant)
        if "\\ud" in text or "\\uD" in text:
            json.dumps(result, ensure_ascii=False).encode()
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"a result came that is not JSON ({error})") from error
    return result


def _artifact(data: Any, workdir: Path) -> HostArtifact:
    fields = [data.get(key) for key in ("name", "kind", "content_type")] if _dict(data) else []
    if len(fields) != 3 or not all(isinstance(value, str) for value in fields):
        raise ProtocolError("an artifact came without name, kind and content type")
    name, kind, content_type = fields
    if not ARTIFACT_NAME.fullmatch(name):
        raise ProtocolError("an artifact came whose name is not a file name")
    return HostArtifact(
        name=name,
        path=workdir / name,
        kind=kind if KIND.fullmatch(kind) else "file",
        content_type=content_type
        if CONTENT_TYPE.fullmatch(content_type)
        else "application/octet-stream",
    )


def _dict(data: Any) -> bool:
    return isinstance(data, dict)


def _regular_file(path: Path) -> bool:
    """Whether it is a regular file. Links don't count, because they could lead anywhere."""
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except OSError:
        return False


def _seconds(value: object) -> float:
    return float(value) if isinstance(value, (int, float)) and math.isfinite(value) else 0.0
