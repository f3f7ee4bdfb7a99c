"""A questionnaire as the interviewer's tablet shows it, with routing that works without a script."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from survey_app.domain.questionnaire import (
    AnswerFault,
    Condition,
    Item,
    ItemType,
    Questionnaire,
)
from survey_app.domain.questionnaire.specification import NO_OPINION
from survey_app.text import Translate

PREFIX = "a-"  # of field names, so that no item's code meets another field's name


@dataclass(frozen=True)
class Choice:
    """One answer to tap."""

    value: int
    word: str
    is_chosen: bool


@dataclass(frozen=True)
class Question:
    """One question, ready to print.

    ``asked_when`` says in words when it is asked; ``condition`` says the same to the script.
    """

    number: int
    name: str
    kind: str
    text: str
    hint: str
    is_required: bool
    choices: tuple[Choice, ...]
    typed: str
    minimum: int
    maximum: int
    max_length: int
    asked_when: str
    condition: str
    error: str

    @property
    def first_control(self) -> str:
        """Return the id that the list of errors leads to."""
        return f"{self.name}-{self.choices[0].value}" if self.choices else self.name


@dataclass(frozen=True)
class SheetSection:
    """Questions under one heading."""

    title: str
    questions: tuple[Question, ...]


def sent_answers(form: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Return what the form sent, by item code."""
    return {
        name.removeprefix(PREFIX): values
        for name, values in form.items()
        if name.startswith(PREFIX)
    }


def present(
    questionnaire: Questionnaire,
    language: str,
    say: Translate,
    sent: Mapping[str, Sequence[str]],
    faults: Sequence[AnswerFault] = (),
) -> tuple[SheetSection, ...]:
    """Return the form with everything that was entered, and what is wrong with it."""
    wrong = {fault.item: _explain(fault, say) for fault in faults}
    numbers = {item.code: number for number, item in enumerate(questionnaire.items, start=1)}

    def question(item: Item) -> Question:
        given = [value.strip() for value in sent.get(item.code, ())]
        return Question(
            number=numbers[item.code],
            name=PREFIX + item.code,
            kind=item.type.value,
            text=item.text.of(language),
            hint=item.hint.of(language) if item.hint else "",
            is_required=item.required,
            choices=tuple(
                Choice(value, word, str(value) in given)
                for value, word in choices_of(item, language, say)
            ),
            typed="\n".join(given),
            minimum=item.minimum,
            maximum=item.maximum,
            max_length=item.max_length,
            asked_when=_in_words(item.relevant, questionnaire, numbers, language, say)
            if item.relevant
            else "",
            condition=json.dumps(_plain(item.relevant)) if item.relevant else "",
            error=wrong.get(item.code, ""),
        )

    return tuple(
        SheetSection(section.title.of(language), tuple(question(item) for item in section.items))
        for section in questionnaire.sections
    )


def choices_of(item: Item, language: str, say: Translate) -> list[tuple[int, str]]:
    """Return the answers to an item that can be chosen, with their words."""
    no_opinion = [(NO_OPINION, say("citizen-no-opinion"))] if item.no_opinion else []
    match item.type:
        case ItemType.RATING5:
            return [*((level, say(f"citizen-level-{level}")) for level in range(1, 6)), *no_opinion]
        case ItemType.YES_NO:
            return [(1, say("citizen-yes")), (0, say("citizen-no")), *no_opinion]
        case _:
            return [(option.code, option.label.of(language)) for option in item.options]


def _in_words(
    condition: Condition,
    questionnaire: Questionnaire,
    numbers: Mapping[str, int],
    language: str,
    say: Translate,
) -> str:
    if condition.item is not None:
        words = dict(choices_of(questionnaire.item(condition.item), language, say))
        answers = [words.get(value, str(value)) for value in condition.is_in]
        return say(
            "staff-interview-answered",
            number=numbers[condition.item],
            answers=say("staff-interview-or").join(f"“{answer}”" for answer in answers),
        )
    key = "staff-interview-and" if condition.all_of else "staff-interview-or"
    parts = condition.all_of or condition.any_of
    return say(key).join(_in_words(part, questionnaire, numbers, language, say) for part in parts)


def _plain(condition: Condition) -> dict[str, object]:
    """Return a condition as the script reads it."""
    if condition.item is not None:
        return {"item": PREFIX + condition.item, "isIn": [str(value) for value in condition.is_in]}
    if condition.all_of:
        return {"allOf": [_plain(part) for part in condition.all_of]}
    return {"anyOf": [_plain(part) for part in condition.any_of]}


def _explain(fault: AnswerFault, say: Translate) -> str:
    if fault.key == "answer-too-long":
        return say(fault.key, maximum=fault.maximum)
    if fault.key == "answer-number":
        return say(fault.key, minimum=fault.minimum, maximum=fault.maximum)
    return say(fault.key)
