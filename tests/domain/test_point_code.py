from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.domain.point_code import (
    ALPHABET,
    DRAWN,
    LENGTH,
    check_character,
    is_code,
    new_code,
    read_typed,
    shown,
)

payloads = st.text(alphabet=DRAWN, min_size=LENGTH - 1, max_size=LENGTH - 1)


def test_a_new_code_checks_and_survives_a_telex_keyboard() -> None:
    codes = {new_code() for _ in range(500)}
    assert len(codes) == 500
    assert all(is_code(code) and len(code) == 8 for code in codes)
    assert not set("".join(codes)) & set("ADEWYILOU")


@given(payloads)
def test_one_wrong_character_is_always_noticed(payload: str) -> None:
    code = payload + check_character(payload)
    for place, letter in itertools.product(range(LENGTH), ALPHABET):
        if code[place] != letter:
            assert not is_code(code[:place] + letter + code[place + 1 :])


@given(payloads)
def test_two_exchanged_characters_are_always_noticed(payload: str) -> None:
    code = payload + check_character(payload)
    for first, second in itertools.combinations(range(LENGTH), 2):
        if code[first] != code[second]:
            letters = list(code)
            letters[first], letters[second] = letters[second], letters[first]
            assert not is_code("".join(letters))


def test_a_random_word_passes_the_check_once_in_32() -> None:
    dice = random.Random(7)
    passed = sum(is_code("".join(dice.choices(ALPHABET, k=LENGTH))) for _ in range(20_000))
    assert passed / 20_000 == pytest.approx(1 / 32, rel=0.2)


@given(payloads)
def test_however_a_person_types_it_the_same_code_is_read(payload: str) -> None:
    code = payload + check_character(payload)
    full_width = "".join(chr(ord(letter) + 0xFEE0) for letter in code)
    for typed in (code, code.lower(), shown(code), f"  {shown(code)} ", " ".join(code), full_width):
        assert read_typed(typed) == code
    assert read_typed(code.replace("0", "o").replace("1", "l")) == code


@pytest.mark.parametrize("text", ["", "ABC", "x" * 100_000, "đâylàgì?", "<script>", "00000001"])
def test_what_is_not_a_code_is_refused(text: str) -> None:
    assert read_typed(text) is None
