"""The typed definition of a questionnaire: a version is immutable once a campaign uses it."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator


def _nfc(value: str) -> str:
    if not unicodedata.is_normalized("NFC", value):
        raise ValueError("text must be Unicode NFC; save the file with composed letters")
    return value


Text = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_nfc)]
Code = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")]

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
        if sum(forms) != 1 or (self.item is not None and not self.is_in):
            raise ValueError("a condition is one of: item with is_in, all_of, any_of")
        return self

    def items(self) -> set[str]:
        """Return the codes of the items that the condition reads."""
        found = {self.item} if self.item else set()
        return found.union(*(part.items() for part in (*self.all_of, *self.any_of)))

    def holds(self, answers: dict[str, tuple[int, ...]]) -> bool:
        """Tell whether the condition holds for coded answers by item."""
        if self.item is not None:
            return any(value in self.is_in for value in answers.get(self.item, ()))
        if self.all_of:
            return all(part.holds(answers) for part in self.all_of)
        return any(part.holds(answers) for part in self.any_of)


class Measures(Frozen):
    """What an item measures: a SIPAS factor, a hospital section or a PAPI sub-dimension."""

    instrument: Literal["sipas", "hospital", "papi"]
    factor: Code
    criterion: Text | None = None


class Item(Frozen):
    """One question."""

    code: Code
    type: ItemType
    text: Words
    hint: Words | None = None
    options: tuple[Option, ...] = ()
    required: bool = False
    no_opinion: bool = False
    minimum: int = 0
    maximum: int = 1_000_000
    max_length: Annotated[int, Field(ge=1, le=2000)] = 1000
    relevant: Condition | None = None
    measures: tuple[Measures, ...] = ()
    wording: Literal["official", "own"] = "own"
    source: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Item:
        is_choice = self.type in (ItemType.SINGLE_CHOICE, ItemType.MANY_CHOICES)
        if is_choice and len(self.options) < 2:
            raise ValueError(f"{self.code}: a choice needs at least two options")
        if not is_choice and self.options:
            raise ValueError(f"{self.code}: only a choice has options")
        if len({option.code for option in self.options}) != len(self.options):
            raise ValueError(f"{self.code}: an option's code stands twice")
        if self.wording == "official" and self.source is None:
            raise ValueError(f"{self.code}: an official wording names its source")
        return self

    @property
    def allowed(self) -> frozenset[int] | None:
        """The codes that an answer may have; ``None`` for numbers and open text."""
        match self.type:
            case ItemType.RATING5:
                return frozenset(range(1, 6)) | ({NO_OPINION} if self.no_opinion else set())
            case ItemType.YES_NO:
                return frozenset({0, 1}) | ({NO_OPINION} if self.no_opinion else set())
            case ItemType.SINGLE_CHOICE | ItemType.MANY_CHOICES:
                return frozenset(option.code for option in self.options)
            case _:
                return None


class Factor(Frozen):
    """A group of items with its official name, such as a SIPAS factor."""

    code: Code
    instrument: Literal["sipas", "hospital", "papi"]
    name: Words
    source: Text


class Section(Frozen):
    """Items that stand together on the form."""

    code: Code
    title: Words
    items: tuple[Item, ...] = Field(min_length=1)


class Questionnaire(Frozen):
    """A versioned questionnaire."""

    code: Annotated[str, Field(pattern=r"^[a-z][a-z0-9-]{0,39}$")]
    version: Annotated[int, Field(ge=1)]
    title: Words
    intro: Words
    source: Text
    factors: tuple[Factor, ...] = ()
    sections: tuple[Section, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _consistent(self) -> Questionnaire:
        seen: set[str] = set()
        factors = {(factor.instrument, factor.code) for factor in self.factors}
        for item in self.items:
            if item.code in seen:
                raise ValueError(f"item {item.code} stands twice")
            if item.relevant and (unknown := item.relevant.items() - seen):
                raise ValueError(
                    f"{item.code}: its condition reads {sorted(unknown)}, not asked before it"
                )
            for meaning in item.measures:
                if (meaning.instrument, meaning.factor) not in factors:
                    raise ValueError(f"{item.code}: unknown factor {meaning.factor}")
            seen.add(item.code)
        return self

    @property
    def items(self) -> tuple[Item, ...]:
        """Every item in the order asked."""
        return tuple(item for section in self.sections for item in section.items)

    def item(self, code: str) -> Item:
        """Return the item ``code``; ``KeyError`` if there is none."""
        for item in self.items:
            if item.code == code:
                return item
        raise KeyError(code)

    def items_measuring(self, instrument: str, factor: str) -> tuple[Item, ...]:
        """Return the items that measure a factor of an instrument."""
        return tuple(
            item
            for item in self.items
            if any(m.instrument == instrument and m.factor == factor for m in item.measures)
        )

    def canonical(self) -> str:
        """Return the one JSON text of this definition."""
        return json.dumps(
            self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )

    def digest(self) -> str:
        """Return the SHA-256 of the canonical text, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode("utf-8")).hexdigest()
