"""How supervisor and child talk: JSON objects over a stream socket, each behind its length.

A frame is eight bytes (the lengths of body and payload, big-endian), a body of UTF-8 JSON, an
object, and a payload: bytes that are passed on as they are, such as a result that was encoded
already. Each side trusts the other's frames no further than this module checks them.
"""

import json
import socket
import struct
from collections.abc import Iterator
from typing import Any

MAX_FRAME_BYTES = 4 * 1024 * 1024
HEADER = struct.Struct(">II")
PAYLOAD = "payload"
"""Under this name a received message has the bytes behind its body; JSON has no bytes."""

Message = dict[str, Any]


class ProtocolError(Exception):
    """The other side sent something that is no frame; there is no way to go on."""


def encode(message: Message) -> bytes:
    """A message as JSON. Raises ValueError for NaN and infinite numbers."""
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode()


def frame(body: bytes, payload: bytes = b"") -> bytes:
    """A body and a payload with their lengths in front. Raises ProtocolError over the limit."""
    length = len(body) + len(payload)
    if length > MAX_FRAME_BYTES:
        raise ProtocolError(f"A message of {length} bytes is over the limit.")
    return HEADER.pack(len(body), len(payload)) + body + payload


def no_constant(word: str) -> Any:
    """For json.loads, which takes NaN and infinite numbers otherwise. Raises ValueError."""
    raise ValueError(f"{word} is not JSON")


class Framer:
    """Puts frames together from whatever pieces the socket gives."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Take received bytes and give the messages they complete. Raises ProtocolError."""
        self._buffer += data
        while len(self._buffer) >= HEADER.size:
            length, attached = HEADER.unpack_from(self._buffer)
            if length + attached > MAX_FRAME_BYTES:
                raise ProtocolError(f"A message of {length + attached} bytes was announced.")
            middle = HEADER.size + length
            end = middle + attached
            if len(self._buffer) < end:
                return
            body, payload = self._buffer[HEADER.size : middle], bytes(self._buffer[middle:end])
            del self._buffer[:end]
            message = self._parse(bytes(body))
            yield {**message, PAYLOAD: payload} if payload else message

    @staticmethod
    def _parse(body: bytes) -> Message:
        try:
            message = json.loads(body, parse_constant=no_constant)
        except (ValueError, RecursionError) as error:
            raise ProtocolError(f"A message was not JSON: {error}.") from error
        if not isinstance(message, dict):
            raise ProtocolError("A message was not a JSON object.")
        return message


def receive(connection: socket.socket, framer: Framer, pending: list[Message]) -> Message | None:
    """The next message of a blocking socket, or None at its end. Raises ProtocolError."""
    while not pending:
        data = connection.recv(1 << 16)
        if not data:
            return None
        pending.extend(framer.feed(data))
    return pending.pop(0)
