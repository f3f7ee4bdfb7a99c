"""What a definition may not say: contradictions between its items, told at their places."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from survey_app.domain.questionnaire.items import Condition, Factor, Item, ItemType, Section

Place = tuple[int | str, ...]
Alternative = Mapping[str, frozenset[int]]
"""Answers under which a question is asked, by item; an item that is absent may have any."""

MAX_ALTERNATIVES: Final = 256


class InconsistentError(ValueError):
    """A definition contradicts itself; every place is told as keys and positions."""

    def __init__(self, faults: Iterable[tuple[Place, str]]) -> None:
        self.faults = tuple(faults)
        super().__init__("; ".join(problem for _, problem in self.faults))


class _TooManyAlternativesError(Exception):
    pass


def contradictions(
    factors: Sequence[Factor], sections: Sequence[Section]
) -> Iterator[tuple[Place, str]]:
    """Yield each contradiction with its place in the definition."""
    yield from _in_factors(factors)
    yield from _twice(
        (("sections", at, "code"), s.code, "section") for at, s in enumerate(sections)
    )
    items = [
        (("sections", at, "items", number), item)
        for at, section in enumerate(sections)
        for number, item in enumerate(section.items)
    ]
    yield from _twice(((*place, "code"), item.code, "item") for place, item in items)
    yield from _twice(((*place, "text", "vi"), item.text.vi, "wording") for place, item in items)
    yield from _twice(((*place, "text", "en"), item.text.en, "wording") for place, item in items)
    known = {(factor.instrument, factor.code) for factor in factors}
    for place, item in items:
        for position, meaning in enumerate(item.measures):
            if (meaning.instrument, meaning.factor) not in known:
                yield (*place, "measures", position), f"unknown factor {meaning.factor}"
    yield from _in_routing(items)


def _twice(named: Iterable[tuple[Place, str, str]]) -> Iterator[tuple[Place, str]]:
    seen: set[str] = set()
    for place, value, what in named:
        if value in seen:
            yield place, f"{what} {value!r} stands twice"
        seen.add(value)


def _in_factors(factors: Sequence[Factor]) -> Iterator[tuple[Place, str]]:
    tops: set[tuple[str, str]] = set()
    seen: set[tuple[str, str]] = set()
    for position, factor in enumerate(factors):
        own = (factor.instrument, factor.code)
        if own in seen:
            yield ("factors", position, "code"), f"factor {factor.code!r} stands twice"
        seen.add(own)
        if factor.parent is None:
            tops.add(own)
        elif (factor.instrument, factor.parent) not in tops:
            problem = f"{factor.parent} is no factor of {factor.instrument} before this one"
            yield ("factors", position, "parent"), problem


def _in_routing(items: Sequence[tuple[Place, Item]]) -> Iterator[tuple[Place, str]]:
    before: dict[str, Item] = {}
    asked_when: dict[str, list[Alternative]] = {}
    for place, item in items:
        asked_when[item.code] = [{}]
        if item.relevant is not None:
            where = (*place, "relevant")
            problems = list(_condition_problems(item.relevant, before))
            yield from ((where, f"{item.code}: {problem}") for problem in problems)
            if not problems:
                try:
                    asked_when[item.code] = _alternatives(item.relevant, before, asked_when)
                except _TooManyAlternativesError:
                    yield where, f"{item.code}: its condition has too many alternatives"
                if not asked_when[item.code]:
                    yield where, f"{item.code}: is never asked, whatever is answered before"
        before[item.code] = item


def _condition_problems(condition: Condition, before: Mapping[str, Item]) -> Iterator[str]:
    for part in (*condition.all_of, *condition.any_of):
        yield from _condition_problems(part, before)
    if condition.item is None:
        return
    source = before.get(condition.item)
    if source is None:
        yield f"its condition reads {condition.item}, which is not asked before it"
    elif source.allowed is None:
        yield f"its condition reads {condition.item}, whose answers are not coded"
    elif strange := sorted(set(condition.is_in) - source.allowed):
        yield f"its condition names {strange}, which {condition.item} does not offer"


def _alternatives(
    condition: Condition,
    items: Mapping[str, Item],
    asked_when: Mapping[str, Sequence[Alternative]],
) -> list[Alternative]:
    """Return every way in which the condition can hold, its own items' conditions included."""
    if condition.item is not None:
        # Many choices may hold several of the values at once: they exclude nothing.
        is_single = items[condition.item].type is not ItemType.MANY_CHOICES
        own: Alternative = {condition.item: frozenset(condition.is_in)} if is_single else {}
        return _both([own], asked_when[condition.item])
    if condition.any_of:
        return _distinct(
            alternative
            for part in condition.any_of
            for alternative in _alternatives(part, items, asked_when)
        )
    found: list[Alternative] = [{}]
    for part in condition.all_of:
        found = _both(found, _alternatives(part, items, asked_when))
    return found


def _both(left: Sequence[Alternative], right: Sequence[Alternative]) -> list[Alternative]:
    def merged() -> Iterator[Alternative]:
        for one in left:
            for other in right:
                union = dict(one)
                for item, values in other.items():
                    union[item] = union.get(item, values) & values
                if all(union.values()):
                    yield union

    return _distinct(merged())


def _distinct(alternatives: Iterable[Alternative]) -> list[Alternative]:
    found: dict[frozenset[tuple[str, frozenset[int]]], Alternative] = {}
    for alternative in alternatives:
        found.setdefault(frozenset(alternative.items()), alternative)
        if len(found) > MAX_ALTERNATIVES:
            raise _TooManyAlternativesError
    return list(found.values())
