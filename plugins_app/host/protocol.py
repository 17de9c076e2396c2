"""The protocol between supervisor and child: length-prefixed JSON objects over a stream socket.

A frame consists of eight bytes (the lengths of body and payload, big-endian), a body, which is a
JSON object in UTF-8, and a payload: bytes that are passed on unchanged, such as an encoded result.
Neither side trusts the other's frames beyond what this module checks.
"""

import json
import socket
import struct
from collections.abc import Iterator
from typing import Any

MAX_FRAME_BYTES = 4 * 1024 * 1024
HEADER = struct.Struct(">II")
PAYLOAD = "payload"
"""The key under which a received message has its payload, because JSON can't contain bytes."""

Message = dict[str, Any]


class ProtocolError(Exception):
    """The other side sent an invalid frame. The connection can't be used any more."""


def encode(message: Message) -> bytes:
    """A message as JSON. Raises ValueError for NaN and infinite numbers."""
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode()


def frame(body: bytes, payload: bytes = b"") -> bytes:
    """A body and a payload, preceded by their lengths. Raises ProtocolError above the limit."""
    length = len(body) + len(payload)
    if length > MAX_FRAME_BYTES:
        raise ProtocolError(f"A message of {length} bytes is over the limit.")
    return HEADER.pack(len(body), len(payload)) + body + payload


def no_constant(word: str) -> Any:
    """``parse_constant`` for json.loads, which otherwise accepts NaN and infinite numbers.

    Raises ValueError.
    """
    raise ValueError(f"{word} is not JSON")


class Framer:
    """Assembles frames from the pieces that a socket delivers."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Add received bytes and yield the messages they complete. Raises ProtocolError."""
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
            if payload:
                message[PAYLOAD] = payload
            yield message

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
    """The next message from a blocking socket, or None at its end. Raises ProtocolError."""
    while not pending:
        data = connection.recv(1 << 16)
        if not data:
            return None
        pending.extend(framer.feed(data))
    return pending.pop(0)
