"""The random numbers are Philox4x64-10 keyed by SHA-256, whoever computes them."""

import hashlib

import numpy as np
import pytest

from sampling import Seed, SeedError, secret_hash, stream
from sampling.randomness import as_integers_below, first_words, stream_keys

MASK = 2**64 - 1


def philox(counter, key):
    """Philox4x64-10 after Salmon et al. (2011), written from the paper."""
    c, k = list(counter), list(key)
    for _ in range(10):
        a, b = 0xD2E7470EE14C6C93 * c[0], 0xCA5A826395121157 * c[2]
        c = [b >> 64 ^ c[1] ^ k[0], b & MASK, a >> 64 ^ c[3] ^ k[1], a & MASK]
        k = [k[0] + 0x9E3779B97F4A7C15 & MASK, k[1] + 0xBB67AE8584CAA73B & MASK]
    return c


def test_the_plain_implementation_meets_the_published_known_answer():
    # Random123, kat_vectors: philox4x64 10, counter and key zero; and the digits of pi
    assert philox([0] * 4, [0] * 2) == [
        0x16554D9ECA36314C, 0xDB20FE9D672D0FDC, 0xD7E772CEE186176B, 0x7E68B68AEC7BA23B,
    ]  # fmt: skip
    pi = [0x243F6A8885A308D3, 0x13198A2E03707344, 0xA4093822299F31D0, 0x082EFA98EC4E6C89]
    assert philox(pi, [0x452821E638D01377, 0xBE5466CF34E90C6C]) == [
        0xA528F45403E61D95, 0x38C72DBD566E9788, 0xA5A1610E72FD18B5, 0x57BD43B5E52B7FE6,
    ]  # fmt: skip


def test_a_stream_can_be_computed_from_its_description_alone():
    key = hashlib.sha256(b"secret\x1fa long enough secret\x1fpublic_value\x1f12345").digest()
    digest = hashlib.sha256(key + "select\x1f1\x1f\x1fHuyện Bát Xát".encode()).digest()
    philox_key = [int.from_bytes(digest[i : i + 8], "little") for i in (0, 8)]
    expected = [word for block in (1, 2, 3) for word in philox([block, 0, 0, 0], philox_key)]

    seed = Seed.committed("a long enough secret", "12345")
    words = stream(seed, "select", "1", "", "Huyện Bát Xát").words(10)

    assert words.tolist() == expected[:10]
    uniforms = stream(seed, "select", "1", "", "Huyện Bát Xát").uniforms(10)
    assert uniforms.tolist() == [(word >> 11) / 2**53 for word in expected[:10]]


def test_many_streams_at_once_are_the_same_streams():
    seed = Seed.simulation(7)
    keys = stream_keys(seed, [f"area\x1f{i}" for i in range(20)])
    for count in (1, 4, 9):
        together = first_words(keys, count)
        for i in range(20):
            assert together[i].tolist() == stream(seed, "area", str(i)).words(count).tolist()


def test_integers_below_a_bound_are_exact_products():
    words = stream(Seed.simulation(1), "x").words(1000)
    bounds = np.arange(1, 1001) * 4_294_967
    exact = [
        word * bound >> 64 for word, bound in zip(words.tolist(), bounds.tolist(), strict=True)
    ]
    assert as_integers_below(words, bounds).tolist() == exact


def test_successive_calls_continue_the_stream():
    whole = stream(Seed.simulation(3), "a").words(11).tolist()
    parts = stream(Seed.simulation(3), "a")
    assert [*parts.words(5).tolist(), *parts.words(6).tolist()] == whole


def test_another_secret_public_value_or_path_gives_other_numbers():
    first = stream(Seed.committed("a long enough secret", "1"), "a").words(2).tolist()
    for seed, path in [
        (Seed.committed("a long enough secret", "2"), "a"),
        (Seed.committed("a long enough secreT", "1"), "a"),
        (Seed.committed("a long enough secret", "1"), "b"),
        (Seed.simulation(1), "a"),
    ]:
        assert stream(seed, path).words(2).tolist() != first


def test_a_secret_that_can_be_guessed_and_an_empty_public_value_are_refused_together():
    with pytest.raises(SeedError) as caught:
        Seed.committed("short", " ")
    assert [fault.code for fault in caught.value.faults] == [
        "secret-too-short",
        "public-value-empty",
    ]


def test_the_published_hash_is_plain_sha256():
    assert secret_hash("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
