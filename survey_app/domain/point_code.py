"""The short code (mã điểm phục vụ) printed under a service point's QR: made to be typed by hand.

Seven random characters and one check character of Crockford's base 32 (D. Crockford, "Base 32",
2002), shown as ``XXXX-XXXX``. Codes are *drawn* without A, D, E, W and Y: a Vietnamese Telex
keyboard turns ``AA`` into ``Â``, ``DD`` into ``Đ``, ``YS`` into ``Ý`` and ``W`` into ``Ư`` while
one types; without vowels no code spells a word either. 27⁷ ≈ 1.0 × 10¹⁰ codes: with a thousand
points in use, one guess in ten million opens a form, and a form is all that it opens.

The check character is the one that makes the code, read as a polynomial over GF(32), vanish at the
field's generator (a Reed–Solomon code with one check symbol: I. Reed, G. Solomon, "Polynomial codes
over certain finite fields", 1960). It therefore catches every single wrong character and every
exchange of two characters, which a sum modulo 37 with Crockford's five extra signs would also do,
but with signs that nobody finds on a telephone.
"""

from __future__ import annotations

import secrets
import unicodedata
from collections.abc import Callable, Sequence
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
DRAWN: Final = "".join(letter for letter in ALPHABET if letter not in "ADEWY")
LENGTH: Final = 8

_VALUE: Final = {letter: value for value, letter in enumerate(ALPHABET)}
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1"})
_FIELD_POLYNOMIAL: Final = 0b100101  # x⁵ + x² + 1, primitive over GF(2)


def new_code(
    choose: Callable[[Sequence[str]], str] = secrets.choice, *, length: int = LENGTH
) -> str:
    """Return a fresh code from the operating system's randomness."""
    while True:
        payload = "".join(choose(DRAWN) for _ in range(length - 1))
        check = check_character(payload)
        if check in DRAWN:
            return payload + check


def check_character(payload: str) -> str:
    """Return the character that completes ``payload`` (letters of ``ALPHABET``)."""
    return ALPHABET[_times_generator(_at_generator(payload))]


def is_code(text: str, *, length: int = LENGTH) -> bool:
    """Tell whether ``text`` is a code as stored: letters of the alphabet that check."""
    return (
        len(text) == length and all(letter in _VALUE for letter in text) and not _at_generator(text)
    )


def read_typed(text: str, *, length: int = LENGTH) -> str | None:
    """Return the code that a person meant, or None when it cannot be one.

    Case, spaces, hyphens and dots do not matter; O is read as 0, I and L as 1, full-width letters
    as plain ones.
    """
    plain = unicodedata.normalize("NFKC", text[: 8 * length]).upper().translate(_READ_AS)
    code = "".join(letter for letter in plain if letter not in " -.–—_\t\u200b")
    return code if is_code(code, length=length) else None


def shown(code: str) -> str:
    """Return the code as printed for people: in groups of four."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def _at_generator(word: str) -> int:
    """Evaluate the word's polynomial (highest power first) at the generator, by Horner's rule."""
    total = 0
    for letter in word:
        total = _times_generator(total) ^ _VALUE[letter]
    return total


def _times_generator(value: int) -> int:
    doubled = value << 1
    return doubled ^ _FIELD_POLYNOMIAL if doubled & 0b100000 else doubled
