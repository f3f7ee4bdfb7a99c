"""One question of a questionnaire: its words, its answers, its routing and its meaning."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

# Control characters, and the invisible ones that turn or hide text, have no place in a name.
UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff]")


def _readable(value: str) -> str:
    if not unicodedata.is_normalized("NFC", value):
        raise ValueError("text must be Unicode NFC; save the file with composed letters")
    if UNWANTED.search(value):
        raise ValueError("text holds a control or invisible character; type it again")
    if value != value.strip():
        raise ValueError("text begins or ends with a space; remove it")
    return value


Text = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_readable)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]
Instrument = Literal["sipas", "hospital", "papi"]

# Stored answers of a 5-point item: 1–5; this one means "no opinion, does not apply to me".
NO_OPINION = 9


class Frozen(BaseModel):
    """A model that neither changes nor accepts fields it does not know."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Words(Frozen):
    """One text in every language of the product."""

    vi: Text
    en: Text

    def of(self, language: str) -> str:
        """Return the text in ``language``."""
        return self.en if language == "en" else self.vi


class ItemType(StrEnum):
    """The types of question."""

    RATING5 = "rating5"
    YES_NO = "yes_no"
    SINGLE_CHOICE = "single_choice"
    MANY_CHOICES = "many_choices"
    NUMBER = "number"
    OPEN_TEXT = "open_text"


CHOICES = (ItemType.SINGLE_CHOICE, ItemType.MANY_CHOICES)
FAVOURABLE_BY_TYPE: Mapping[ItemType, tuple[int, ...]] = {
    ItemType.RATING5: (4, 5),
    ItemType.YES_NO: (1,),
}


class Option(Frozen):
    """One answer to choose, with the stable integer under which it is stored."""

    code: Annotated[int, Field(ge=0, le=999)]
    label: Words


class Condition(Frozen):
    """When a question is asked: an earlier item's answer is one of the values, and/or others.

    Declarative on purpose: there is no expression language to escape from.
    """

    item: Code | None = None
    is_in: tuple[int, ...] = ()
    all_of: tuple[Condition, ...] = ()
    any_of: tuple[Condition, ...] = ()

    @model_validator(mode="after")
    def _one_form(self) -> Condition:
        forms = [self.item is not None, bool(self.all_of), bool(self.any_of)]
        if sum(forms) != 1 or (self.item is not None) != bool(self.is_in):
            raise ValueError("a condition is one of: item with is_in, all_of, any_of")
        return self

    def items(self) -> set[str]:
        """Return the codes of the items that the condition reads."""
        found = {self.item} if self.item else set()
        return found.union(*(part.items() for part in (*self.all_of, *self.any_of)))

    def holds(self, answers: Mapping[str, tuple[int, ...]]) -> bool:
        """Tell whether the condition holds for coded answers by item."""
        if self.item is not None:
            return any(value in self.is_in for value in answers.get(self.item, ()))
        if self.all_of:
            return all(part.holds(answers) for part in self.all_of)
        return any(part.holds(answers) for part in self.any_of)


class Measures(Frozen):
    """What an item measures: a factor of an instrument, and the criterion in it (tiêu chí)."""

    instrument: Instrument
    factor: Code
    criterion: Text | None = None


class Item(Frozen):
    """One question.

    Attributes
    ----------
    favourable : tuple of int
        The answers that count as satisfied or good; empty: 4 and 5 of a rating, yes of a yes/no.
        A question where "yes" is bad names 0.
    """

    code: Code
    type: ItemType
    text: Words
    hint: Words | None = None
    options: tuple[Option, ...] = ()
    required: bool = False
    no_opinion: bool = False
    favourable: tuple[int, ...] = ()
    minimum: int = 0
    maximum: int = 1_000_000
    max_length: Annotated[int, Field(ge=1, le=2000)] = 1000
    relevant: Condition | None = None
    measures: tuple[Measures, ...] = ()
    wording: Literal["official", "own"] = "own"
    source: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Item:
        if (self.type in CHOICES) != (len(self.options) >= 2):
            raise ValueError(f"{self.code}: a choice has at least two options, and only a choice")
        for texts in (
            [option.code for option in self.options],
            [option.label.vi for option in self.options],
            [option.label.en for option in self.options],
        ):
            if len(set(texts)) != len(texts):
                raise ValueError(f"{self.code}: an option's code or label stands twice")
        if self.no_opinion and self.type not in FAVOURABLE_BY_TYPE:
            raise ValueError(f"{self.code}: only a rating or a yes/no offers no_opinion")
        if self.favourable and not (self.allowed and self.allowed.issuperset(self.favourable)):
            raise ValueError(f"{self.code}: favourable names an answer that is not offered")
        if self.minimum > self.maximum:
            raise ValueError(f"{self.code}: minimum lies above maximum")
        if self.wording == "official" and self.source is None:
            raise ValueError(f"{self.code}: an official wording names its source")
        return self

    @property
    def allowed(self) -> frozenset[int] | None:
        """The codes that an answer may have; ``None`` for numbers and open text."""
        extra = {NO_OPINION} if self.no_opinion else set()
        match self.type:
            case ItemType.RATING5:
                return frozenset(range(1, 6)) | extra
            case ItemType.YES_NO:
                return frozenset({0, 1}) | extra
            case ItemType.SINGLE_CHOICE | ItemType.MANY_CHOICES:
                return frozenset(option.code for option in self.options)
            case _:
                return None

    @property
    def favourable_codes(self) -> tuple[int, ...]:
        """The answers that count as satisfied or good; empty where the question has no such."""
        return self.favourable or FAVOURABLE_BY_TYPE.get(self.type, ())


class Factor(Frozen):
    """What items measure together, with its official name.

    A SIPAS factor, a section of the hospital form, a PAPI dimension, or a sub-dimension (nội dung
    thành phần), which names its dimension as ``parent``.
    """

    code: Code
    instrument: Instrument
    name: Words
    source: Text
    parent: Code | None = None


class Section(Frozen):
    """Items that stand together on the form."""

    code: Code
    title: Words
    items: tuple[Item, ...] = Field(min_length=1)
