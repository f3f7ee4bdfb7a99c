"""Published PAPI scores (Chỉ số PAPI đã công bố): places, distances between them, and what changed.

These are the scores of UNDP, CECODES and RTA, never ours: what a province measures itself stands
elsewhere and is not compared with them.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from statistics import median

import yaml

from survey_app.domain.questionnaire import Words


@dataclass(frozen=True)
class ProvinceYear:
    """A province's sub-dimension scores in a year; None where the source has a gap."""

    year: int
    code: str
    name: str
    scores: Mapping[str, float | None]


@dataclass(frozen=True)
class Concept:
    """A dimension (``dimension`` empty) or a sub-dimension."""

    code: str
    dimension: str
    name: Words


@dataclass(frozen=True)
class Break:
    """A year from which scores are not comparable with those before."""

    year: int
    note: Words


@dataclass(frozen=True)
class Place:
    """A province's place among those that have a total in a year."""

    year: int
    total: float
    rank: int
    of: int
    missing: tuple[str, ...]


@dataclass(frozen=True)
class Rise:
    """What a better place would have needed in that very year."""

    rank: int
    score: float
    gap: float


@dataclass(frozen=True)
class Change:
    """A sub-dimension's score beside the year before."""

    code: str
    before: float
    after: float

    @property
    def difference(self) -> float:
        """Return what was gained."""
        return self.after - self.before


@dataclass(frozen=True)
class PublishedScores:
    """All published scores, with their source."""

    rows: tuple[ProvinceYear, ...]
    concepts: tuple[Concept, ...]
    breaks: tuple[Break, ...]
    title: Words
    credit: str
    note: Words

    @cached_property
    def years(self) -> tuple[int, ...]:
        """Return the years that have scores."""
        return tuple(sorted({row.year for row in self.rows}))

    @cached_property
    def provinces(self) -> dict[str, str]:
        """Return the provinces' names by code."""
        return {row.code: row.name for row in self.rows}

    @cached_property
    def structure(self) -> dict[int, dict[str, tuple[str, ...]]]:
        """Return for each year the sub-dimensions that each dimension has in that year."""
        found: dict[int, dict[str, tuple[str, ...]]] = {}
        for year in self.years:
            present = {
                code
                for row in self.rows
                if row.year == year
                for code, score in row.scores.items()
                if score is not None
            }
            by_dimension: dict[str, list[str]] = defaultdict(list)
            for concept in self.concepts:
                if concept.dimension and concept.code in present:
                    by_dimension[concept.dimension].append(concept.code)
            found[year] = {name: tuple(codes) for name, codes in by_dimension.items()}
        return found

    def dimension(self, row: ProvinceYear, name: str) -> float | None:
        """Return a dimension's score, the sum of its sub-dimensions; None if one is missing."""
        return _sum([row.scores[code] for code in self.structure[row.year].get(name, ())])

    def total(self, row: ProvinceYear) -> float | None:
        """Return the sum of the year's dimensions; None if any score is missing."""
        return _sum([self.dimension(row, name) for name in self.structure[row.year]])

    def ranking(self, year: int) -> list[tuple[int, ProvinceYear, float]]:
        """Return places, provinces and totals of a year, the highest first; equal scores share."""
        totals = [(self.total(row), row) for row in self.rows if row.year == year]
        known = sorted(
            ((total, row) for total, row in totals if total is not None),
            key=lambda pair: (-pair[0], pair[1].code),
        )
        return [(1 + sum(other > total for other, _ in known), row, total) for total, row in known]

    def place(self, year: int, code: str) -> Place | None:
        """Return a province's place in a year; None if it has no total."""
        ranking = self.ranking(year)
        for rank, row, total in ranking:
            if row.code == code:
                ranked = {one.code for _, one, _ in ranking}
                missing = tuple(name for c, name in self.provinces.items() if c not in ranked)
                return Place(year, total, rank, len(ranking), missing)
        return None

    def rise(self, year: int, code: str, places: int) -> Rise | None:
        """Return the score that would have put a province so many places higher that year.

        It is the score of the province then standing there: equalling it shares its place.
        """
        place = self.place(year, code)
        if place is None or place.rank <= places:
            return None
        wanted = place.rank - places
        above = [total for rank, _, total in self.ranking(year) if rank <= wanted]
        score = min(above)
        return Rise(wanted, score, score - place.total)

    def changes(self, year: int, code: str) -> tuple[list[Change], list[str]]:
        """Return what each sub-dimension gained on the year before, and what cannot be compared.

        A sub-dimension can be compared when its dimension has the same sub-dimensions in both
        years: its range depends on how many there are.
        """
        now, before = self.row(year, code), self.row(year - 1, code)
        if now is None or before is None:
            return [], []
        found, other = [], []
        for dimension, codes in self.structure[year].items():
            is_same = self.structure[year - 1].get(dimension) == codes
            for one in codes:
                was, score = before.scores[one], now.scores[one]
                if is_same and was is not None and score is not None:
                    found.append(Change(one, was, score))
                else:
                    other.append(one)
        found.sort(key=lambda change: change.difference)
        return found, other

    def medians(self, year: int) -> dict[str, float]:
        """Return the median of each dimension over the provinces that have it."""
        rows = [row for row in self.rows if row.year == year]
        found = {}
        for name in self.structure[year]:
            scores = [s for s in (self.dimension(row, name) for row in rows) if s is not None]
            found[name] = median(scores)
        return found

    def name_of(self, code: str) -> Words:
        """Return the name of a dimension or sub-dimension."""
        return next(concept.name for concept in self.concepts if concept.code == code)

    def row(self, year: int, code: str) -> ProvinceYear | None:
        """Return a province's scores of a year."""
        return next((row for row in self.rows if (row.year, row.code) == (year, code)), None)


def read_published(folder: Path) -> PublishedScores:
    """Read the published scores from their folder."""
    with (folder / "catalogue.csv").open(encoding="utf-8", newline="") as file:
        concepts = tuple(
            Concept(r["code"], r["dimension"], Words(vi=r["name_vi"], en=r["name_en"]))
            for r in csv.DictReader(file)
        )
    codes = [concept.code for concept in concepts if concept.dimension]
    with (folder / "subdimensions.csv").open(encoding="utf-8", newline="") as file:
        rows = tuple(
            ProvinceYear(
                int(r["year"]),
                r["code"],
                r["name"],
                {code: float(r[code]) if r[code] else None for code in codes},
            )
            for r in csv.DictReader(file)
        )
    source = yaml.safe_load((folder / "source.yaml").read_text(encoding="utf-8"))
    return PublishedScores(
        rows=rows,
        concepts=concepts,
        breaks=tuple(Break(b["year"], Words(**b["note"])) for b in source["breaks"]),
        title=Words(**source["title"]),
        credit=source["credit"],
        note=Words(**source["note"]),
    )


def _sum(scores: list[float | None]) -> float | None:
    known = [score for score in scores if score is not None]
    return sum(known) if len(known) == len(scores) else None
