"""The code on a receipt (mã dùng một lần): admits one answer, and is not known to the system.

Eleven random characters and one check character of `point_code`'s alphabet, shown as
``XXXX-XXXX-XXXX``: 27¹¹ ≈ 5.6 × 10¹⁵ codes. With a million codes unspent, a guess in five thousand
million opens a form. Its length tells it from a service point's code, so that both are typed into
the same box and share one address.

Only a keyed digest of it is ever stored. The key is not in the database: who holds a dump can
neither read codes out of it nor find in it a code that they hold.
"""

from __future__ import annotations

import hmac
from typing import Final

from survey_app.domain import point_code

LENGTH: Final = 12
# Among fewer codes, who was given one and how many were used would say who answered.
SMALLEST_BATCH: Final = 20
LARGEST_BATCH: Final = 2000


def new_codes(count: int) -> list[str]:
    """Return ``count`` fresh codes, no two alike."""
    codes: set[str] = set()
    while len(codes) < count:
        codes.add(point_code.new_code(length=LENGTH))
    return list(codes)


def read_one_time(text: str) -> str | None:
    """Return the one-time code that a person meant, or None when it cannot be one."""
    return point_code.read_typed(text, length=LENGTH)


def read_either(text: str) -> str | None:
    """Return the service point's or one-time code that a person meant, or None."""
    return point_code.read_typed(text) or read_one_time(text)


def digest_of(key: bytes, code: str) -> bytes:
    """Return what is stored of a code.

    Parameters
    ----------
    key : bytes
        The secret of the journal of accepted answers; another use of it gives other digests.
    code : str
        As `new_codes` and `read_one_time` return it.
    """
    return hmac.digest(key, b"one-time-code/" + code.encode("ascii"), "sha256")
