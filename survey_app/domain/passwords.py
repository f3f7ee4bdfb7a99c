"""Passwords: hashed with Argon2id, one-time ones easy to read aloud."""

from __future__ import annotations

import secrets

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerifyMismatchError

MIN_LENGTH = 10
MAX_LENGTH = 200
# No 0/O, 1/l/I: a one-time password is read from paper.
_READABLE = "abcdefghjkmnpqrstuvwxyz23456789"

_hasher = PasswordHasher()


def hash_password(password: str) -> str:
    """Return the Argon2id hash to store."""
    return _hasher.hash(password)


def is_password(stored: str, given: str) -> bool:
    """Tell whether ``given`` is the password behind ``stored``, in the same time either way."""
    try:
        return _hasher.verify(stored, given)
    except (VerifyMismatchError, InvalidHashError):
        return False


def one_time_password() -> str:
    """Return a fresh password of 15 readable characters (about 74 bits)."""
    groups = ("".join(secrets.choice(_READABLE) for _ in range(5)) for _ in range(3))
    return "-".join(groups)
