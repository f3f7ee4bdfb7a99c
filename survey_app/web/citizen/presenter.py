"""A questionnaire as the citizen's page shows it: words chosen, answers kept, faults named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from survey_app.domain.questionnaire import AnswerFault, Item, ItemType, Questionnaire
from survey_app.domain.questionnaire.specification import NO_OPINION
from survey_app.reports.faces import LEVELS
from survey_app.text import Translate

PREFIX: Final = "a-"  # of field names, so that no item's code meets the token's name


@dataclass(frozen=True)
class Choice:
    """One answer to tap."""

    value: int
    word: str
    face: int | None
    is_chosen: bool


@dataclass(frozen=True)
class Question:
    """One question, ready to print."""

    name: str
    kind: str
    text: str
    hint: str
    is_required: bool
    choices: tuple[Choice, ...]
    typed: str
    max_length: int
    error: str

    @property
    def first_control(self) -> str:
        """Return the id that the list of errors leads to."""
        return f"{self.name}-{self.choices[0].value}" if self.choices else self.name

    @property
    def described_by(self) -> str:
        """Return the ids of the lines that explain the question."""
        parts = [("h", self.hint), ("e", self.error)]
        return " ".join(f"{mark}-{self.name}" for mark, text in parts if text)


@dataclass(frozen=True)
class Group:
    """Questions under one heading."""

    title: str
    questions: tuple[Question, ...]


@dataclass(frozen=True)
class Sheet:
    """The whole form: the opening question stands alone on the first screen."""

    title: str
    opening: Question
    groups: tuple[Group, ...]
    can_send_early: bool

    @property
    def questions(self) -> tuple[Question, ...]:
        """Return every question in the order asked."""
        return (self.opening, *(q for group in self.groups for q in group.questions))

    @property
    def faulty(self) -> tuple[Question, ...]:
        """Return the questions to be mended."""
        return tuple(question for question in self.questions if question.error)


def sent_answers(form: Mapping[str, Sequence[str]]) -> dict[str, Sequence[str]]:
    """Return what the form sent, by item code; names of other fields are left out."""
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
) -> Sheet:
    """Return the form with everything that was typed, and what is wrong with it."""
    wrong = {fault.item: _explain(fault, say) for fault in faults}

    def question(item: Item) -> Question:
        given = [value.strip() for value in sent.get(item.code, ())]
        return Question(
            name=PREFIX + item.code,
            kind=item.type.value,
            text=item.text.of(language),
            hint=item.hint.of(language) if item.hint else "",
            is_required=item.required,
            choices=tuple(
                Choice(value, word, face, str(value) in given)
                for value, word, face in _choices(item, language, say)
            ),
            typed="\n".join(given),
            max_length=item.max_length,
            error=wrong.get(item.code, ""),
        )

    first, *others = questionnaire.items
    return Sheet(
        title=questionnaire.title.of(language),
        opening=question(first),
        groups=tuple(
            Group(
                section.title.of(language),
                tuple(question(item) for item in section.items if item is not first),
            )
            for section in questionnaire.sections
            if section.items != (first,)
        ),
        can_send_early=bool(others) and not any(item.required for item in others),
    )


def _choices(item: Item, language: str, say: Translate) -> list[tuple[int, str, int | None]]:
    no_opinion = [(NO_OPINION, say("citizen-no-opinion"), None)] if item.no_opinion else []
    match item.type:
        case ItemType.RATING5:
            return [
                *((level, say(f"citizen-level-{level}"), level) for level in LEVELS),
                *no_opinion,
            ]
        case ItemType.YES_NO:
            return [(1, say("citizen-yes"), None), (0, say("citizen-no"), None), *no_opinion]
        case _:
            return [(option.code, option.label.of(language), None) for option in item.options]


def _explain(fault: AnswerFault, say: Translate) -> str:
    if fault.key == "answer-too-long":
        return say(fault.key, maximum=fault.maximum)
    if fault.key == "answer-number":
        return say(fault.key, minimum=fault.minimum, maximum=fault.maximum)
    return say(fault.key)
