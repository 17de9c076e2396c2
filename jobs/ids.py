"""Identifiers: UUIDs that sort by creation time."""

import secrets
from uuid import UUID

from uuid_utils.compat import uuid7


def new_id() -> UUID:
    """A UUID of version 7 (RFC 9562): time first, so that indexes grow at one end."""
    return uuid7()


def random_name() -> str:
    """32 unguessable hexadecimal digits, for names of stored files."""
    return secrets.token_hex(16)
