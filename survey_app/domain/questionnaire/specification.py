"""The typed definition of a questionnaire: a version is immutable once a campaign uses it."""

from __future__ import annotations

import hashlib
import json
from typing import Annotated

from pydantic import Field, model_validator

from survey_app.domain.questionnaire.consistency import InconsistentError, contradictions
from survey_app.domain.questionnaire.items import (
    NO_OPINION,
    Code,
    Condition,
    Factor,
    Frozen,
    Instrument,
    Item,
    ItemType,
    Measures,
    Option,
    Section,
    Text,
    Words,
)

__all__ = [
    "NO_OPINION",
    "Code",
    "Condition",
    "Factor",
    "Frozen",
    "Instrument",
    "Item",
    "ItemType",
    "Measures",
    "Option",
    "Questionnaire",
    "Section",
    "Text",
    "Words",
]


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
        if faults := list(contradictions(self.factors, self.sections)):
            raise InconsistentError(faults)
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

    def items_measuring(self, instrument: Instrument, factor: str) -> tuple[Item, ...]:
        """Return the items that measure a factor of an instrument, or a part of the factor."""
        factors = {
            f.code
            for f in self.factors
            if f.instrument == instrument and factor in (f.code, f.parent)
        }
        return tuple(
            item
            for item in self.items
            if any(m.instrument == instrument and m.factor in factors for m in item.measures)
        )

    def canonical(self) -> str:
        """Return the one JSON text of this definition."""
        return json.dumps(
            self.model_dump(mode="json"), ensure_ascii=False, sort_keys=True, separators=(",", ":")
        )

    def digest(self) -> str:
        """Return the SHA-256 of the canonical text, in hexadecimal."""
        return hashlib.sha256(self.canonical().encode("utf-8")).hexdigest()
