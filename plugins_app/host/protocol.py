"""How supervisor and child talk: JSON objects over a stream socket, each behind its length.

A frame is four bytes (length of the body, big-endian) and a body of UTF-8 JSON, an object. Each
side trusts the other's frames no further than this module checks them.
"""

import json
import socket
import struct
from collections.abc import Iterator
from typing import Any

MAX_FRAME_BYTES = 4 * 1024 * 1024
HEADER = struct.Struct(">I")

Message = dict[str, Any]


class ProtocolError(Exception):
    """The other side sent something that is no frame; there is no way to go on."""


def encode(message: Message) -> bytes:
    """A message as JSON. Raises ValueError for NaN and infinite numbers."""
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode()


def frame(body: bytes) -> bytes:
    """A body with its length in front. Raises ProtocolError when it is over the limit."""
    if len(body) > MAX_FRAME_BYTES:
        raise ProtocolError(f"A message of {len(body)} bytes is over the limit.")
    return HEADER.pack(len(body)) + body


def _no_constant(word: str) -> Any:
    raise ValueError(f"{word} is not JSON")


class Framer:
    """Puts frames together from whatever pieces the socket gives."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> Iterator[Message]:
        """Take received bytes and give the messages they complete. Raises ProtocolError."""
        self._buffer += data
        while len(self._buffer) >= HEADER.size:
            (length,) = HEADER.unpack_from(self._buffer)
            if length > MAX_FRAME_BYTES:
                raise ProtocolError(f"A message of {length} bytes was announced.")
            end = HEADER.size + length
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[HEADER.size : end])
            del self._buffer[:end]
            yield self._parse(body)

    @staticmethod
    def _parse(body: bytes) -> Message:
        try:
            message = json.loads(body, parse_constant=_no_constant)
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
