"""Answers checked against a questionnaire; what is not asked is not kept."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.domain.questionnaire.specification import Item, ItemType, Questionnaire

MAX_DIGITS = 9


@dataclass(frozen=True)
class AnswerFault:
    """What is wrong with the answer to one item, as a key of the message catalogue."""

    item: str
    key: str
    minimum: int = 0
    maximum: int = 0


@dataclass(frozen=True)
class AnswerSheet:
    """Valid answers: integers by item (several for many choices), and words by item."""

    coded: Mapping[str, tuple[int, ...]]
    words: Mapping[str, str]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing was answered at all."""
        return not self.coded and not self.words


def relevant_items(
    questionnaire: Questionnaire, coded: Mapping[str, tuple[int, ...]]
) -> tuple[Item, ...]:
    """Return the items asked of a person with these answers.

    An answer given to a question that is not asked counts for nothing further on.
    """
    kept: dict[str, tuple[int, ...]] = {}
    asked = []
    for item in questionnaire.items:
        if item.relevant is None or item.relevant.holds(kept):
            asked.append(item)
            if item.code in coded:
                kept[item.code] = coded[item.code]
    return tuple(asked)


def validate_answers(
    questionnaire: Questionnaire, raw: Mapping[str, Sequence[str]]
) -> tuple[AnswerSheet, tuple[AnswerFault, ...]]:
    """Read what a form sent.

    Parameters
    ----------
    questionnaire : Questionnaire
        The version that was shown.
    raw : mapping of item code to the strings sent
        Names that are no item's are ignored.

    Returns
    -------
    sheet : AnswerSheet
        The valid answers to the items asked.
    faults : tuple of AnswerFault
        Everything that is wrong, in the order asked; empty when the sheet may be stored.
    """
    coded: dict[str, tuple[int, ...]] = {}
    words: dict[str, str] = {}
    faults: dict[str, AnswerFault] = {}
    for item in questionnaire.items:
        given = [value.strip() for value in raw.get(item.code, ()) if value.strip()]
        if not given:
            continue
        read = _read_words(item, given) if item.type is ItemType.OPEN_TEXT else _read(item, given)
        if isinstance(read, AnswerFault):
            faults[item.code] = read
        elif isinstance(read, str):
            words[item.code] = read
        else:
            coded[item.code] = read
    asked = relevant_items(questionnaire, coded)
    codes = {item.code for item in asked}
    for item in asked:
        if item.required and item.code not in {*coded, *words, *faults}:
            faults[item.code] = AnswerFault(item.code, "answer-required")
    sheet = AnswerSheet(
        coded={code: value for code, value in coded.items() if code in codes},
        words={code: value for code, value in words.items() if code in codes},
    )
    return sheet, tuple(faults[item.code] for item in asked if item.code in faults)


def _read(item: Item, given: list[str]) -> tuple[int, ...] | AnswerFault:
    if item.type is not ItemType.MANY_CHOICES and len(given) > 1:
        return AnswerFault(item.code, "answer-one-only")
    values: set[int] = set()
    for text in given:
        if not (text.isascii() and text.isdigit() and len(text) <= MAX_DIGITS):
            return _number_fault(item)
        values.add(int(text))
    allowed = item.allowed
    if allowed is None:
        if not all(item.minimum <= value <= item.maximum for value in values):
            return _number_fault(item)
    elif not values <= allowed:
        return AnswerFault(item.code, "answer-not-offered")
    return tuple(sorted(values))


def _number_fault(item: Item) -> AnswerFault:
    if item.type is ItemType.NUMBER:
        return AnswerFault(item.code, "answer-number", item.minimum, item.maximum)
    return AnswerFault(item.code, "answer-not-offered")


def _read_words(item: Item, given: list[str]) -> str | AnswerFault:
    text = unicodedata.normalize("NFC", "\n".join(given)).replace("\r\n", "\n").replace("\x00", "")
    if len(text) > item.max_length:
        return AnswerFault(item.code, "answer-too-long", maximum=item.max_length)
    return text
