"""Random numbers that anyone can compute again: Philox4x64-10 keyed by SHA-256.

Every stream of numbers is named by a *path* of texts (purpose, stage, parent, stratum). Its key is
the first 16 bytes of ``SHA-256(seed key ‖ UTF-8 of the path joined by U+001F)``, read as two
little-endian 64-bit integers. Block ``b = 1, 2, …`` is Philox4x64-10 of the counter ``(b, 0, 0, 0)``
under that key (Salmon, Moraes, Dror, Shaw 2011); its four words follow in order. A uniform number
is ``floor(word / 2¹¹) / 2⁵³``, an integer below ``m`` is ``floor(word · m / 2⁶⁴)``.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from sampling.errors import Fault, SeedError

Words = NDArray[np.uint64]

GENERATOR: Final = "sha256-philox4x64-10"
GENERATOR_VERSION: Final = 1
SEPARATOR: Final = "\x1f"
_LEAST_SECRET = 16

_MULTIPLIERS = (0xD2E7470EE14C6C93, 0xCA5A826395121157)
_WEYL = (0x9E3779B97F4A7C15, 0xBB67AE8584CAA73B)
_LOW = np.uint64(0xFFFFFFFF)
_HALF = np.uint64(32)


@dataclass(frozen=True)
class Seed:
    """What all random numbers of a draw follow from.

    Attributes
    ----------
    material : tuple of (str, str)
        Named parts as they stand in the draw record: ``(("integer", "7"),)`` or
        ``(("secret", …), ("public_value", …))``.
    """

    material: tuple[tuple[str, str], ...]

    @classmethod
    def simulation(cls, number: int) -> "Seed":
        """Return a seed from a plain integer, for simulations and rehearsals."""
        return cls((("integer", str(number)),))

    @classmethod
    def committed(cls, secret: str, public_value: str) -> "Seed":
        """Combine a secret whose hash was published with a public value named beforehand.

        Parameters
        ----------
        secret : str
            At least 16 characters, whose :func:`secret_hash` was published before the draw.
        public_value : str
            The value nobody could know or choose, e.g. a lottery result, exactly as published.
        """
        faults = []
        if len(secret) < _LEAST_SECRET:
            faults.append(
                Fault(
                    "secret-too-short",
                    "secret",
                    f"{len(secret)} characters can be guessed from the published hash",
                    f"Use at least {_LEAST_SECRET} random characters",
                )
            )
        if not public_value.strip():
            faults.append(
                Fault("public-value-empty", "public_value", "empty", "Give the published value")
            )
        for field, text in (("secret", secret), ("public_value", public_value)):
            if SEPARATOR in text:
                faults.append(
                    Fault("control-character", field, "contains U+001F", "Remove the character")
                )
        if faults:
            raise SeedError(faults)
        return cls((("secret", secret), ("public_value", public_value)))

    @property
    def is_committed(self) -> bool:
        """Whether the seed can bind a real draw (secret and public value)."""
        return self.material[0][0] == "secret"

    @property
    def key(self) -> bytes:
        """SHA-256 of the parts: names and values in order, joined by U+001F."""
        parts = [text for pair in self.material for text in pair]
        return hashlib.sha256(SEPARATOR.join(parts).encode()).digest()


def secret_hash(secret: str) -> str:
    """Return the commitment to publish before the draw: SHA-256 of the secret, hexadecimal."""
    return hashlib.sha256(secret.encode()).hexdigest()


@dataclass
class Stream:
    """The random numbers of one path, in order.

    Attributes
    ----------
    key : tuple of int
        The two words of the Philox key.
    """

    key: tuple[int, int]

    def __post_init__(self) -> None:
        self._bits = np.random.Philox(counter=0, key=np.array(self.key, np.uint64))

    def words(self, count: int) -> Words:
        """Return the next ``count`` 64-bit words."""
        return np.atleast_1d(np.asarray(self._bits.random_raw(count), np.uint64))

    def uniforms(self, count: int) -> NDArray[np.float64]:
        """Return the next ``count`` numbers in [0, 1), multiples of 2⁻⁵³."""
        return as_uniforms(self.words(count))

    def uniform(self) -> float:
        """Return the next number in [0, 1)."""
        return float(self.uniforms(1)[0])


def stream(seed: Seed, *path: str) -> Stream:
    """Return the stream of random numbers of a path."""
    first, second = stream_keys(seed, [SEPARATOR.join(path)])[0].tolist()
    return Stream((first, second))


def stream_keys(seed: Seed, joined_paths: Sequence[str]) -> Words:
    """Return the Philox keys (one row of two words a path) of paths already joined by U+001F."""
    start = hashlib.sha256(seed.key)
    digests = bytearray()
    for path in joined_paths:
        hashed = start.copy()
        hashed.update(path.encode())
        digests += hashed.digest()[:16]
    return np.frombuffer(bytes(digests), "<u8").astype(np.uint64).reshape(-1, 2)


def as_uniforms(words: Words) -> NDArray[np.float64]:
    """Map 64-bit words to [0, 1): ``floor(word / 2¹¹) / 2⁵³``."""
    return (words >> np.uint64(11)).astype(np.float64) * np.float64(2.0**-53)


def as_integers_below(words: Words, bounds: NDArray[np.int64]) -> NDArray[np.int64]:
    """Map words to 0 … bound − 1: ``floor(word · bound / 2⁶⁴)``, exact for bounds below 2³²."""
    limit = bounds.astype(np.uint64)
    high = (words >> _HALF) * limit
    low = ((words & _LOW) * limit) >> _HALF
    return ((high + low) >> _HALF).astype(np.int64)


def first_words(keys: Words, count: int) -> Words:
    """Return the first ``count`` words of many streams at once, one row a key.

    The same words as :meth:`Stream.words`, computed for all keys together.
    """
    blocks = -(-count // 4)
    shape = (len(keys), blocks)
    counter = [np.broadcast_to(np.arange(1, blocks + 1, dtype=np.uint64), shape)]
    counter += [np.zeros(shape, np.uint64) for _ in range(3)]
    key0, key1 = (np.repeat(keys[:, i : i + 1], blocks, axis=1) for i in (0, 1))
    for turn in range(10):
        if turn:
            key0 = key0 + np.uint64(_WEYL[0])
            key1 = key1 + np.uint64(_WEYL[1])
        high0, low0 = _product(_MULTIPLIERS[0], counter[0])
        high1, low1 = _product(_MULTIPLIERS[1], counter[2])
        counter = [high1 ^ counter[1] ^ key0, low1, high0 ^ counter[3] ^ key1, low0]
    return np.stack(counter, axis=2).reshape(len(keys), -1)[:, :count]


def _product(constant: int, words: Words) -> tuple[Words, Words]:
    """Return the high and low 64 bits of ``constant · words``."""
    c_high, c_low = np.uint64(constant >> 32), np.uint64(constant & 0xFFFFFFFF)
    high, low = words >> _HALF, words & _LOW
    low_low = c_low * low
    middle = c_high * low + (low_low >> _HALF)
    other = c_low * high + (middle & _LOW)
    return c_high * high + (middle >> _HALF) + (other >> _HALF), np.uint64(constant) * words
