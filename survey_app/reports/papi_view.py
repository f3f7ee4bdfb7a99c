"""Published PAPI scores as their page shows them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from statistics import median

from survey_app.domain.papi_scores import PublishedScores, read_published
from survey_app.reports.charts.papi import ChangeMark, YearMark, changes_chart, years_chart
from survey_app.reports.charts.rendering import svg
from survey_app.reports.numbers import number
from survey_app.settings import PROJECT_ROOT
from survey_app.text import text

RISE = 5
"""The plan asks for a rise of at least five ranks on the year before."""


@dataclass(frozen=True)
class YearRow:
    """A year in the table of places."""

    year: int
    total: str
    place: str
    next_place: str
    rise: str
    note: str


@dataclass(frozen=True)
class DimensionRow:
    """A dimension in the newest year, beside the year before and the median province."""

    name: str
    score: str
    before: str
    median: str


@dataclass(frozen=True)
class ChangeRow:
    """A sub-dimension in the table of changes."""

    name: str
    before: str
    after: str
    difference: str


@cache
def published() -> PublishedScores:
    """Return the published scores that ship with the product."""
    return read_published(PROJECT_ROOT / "survey_app" / "packs" / "papi-published")


def year_rows(scores: PublishedScores, code: str, language: str) -> list[YearRow]:
    """Return every year, the newest first."""
    notes = {change.year: change.note.of(language) for change in scores.breaks}
    rows = []
    for year in reversed(scores.years):
        place = scores.place(year, code)
        if place is None:
            dash = "–"
            rows.append(YearRow(year, dash, text(language, "papi-gap"), dash, dash, ""))
            continue
        following, wanted = scores.rise(year, code, 1), scores.rise(year, code, RISE)
        gap = "" if not place.missing else text(language, "papi-missing", n=len(place.missing))
        rows.append(
            YearRow(
                year=year,
                total=number(place.total, language),
                place=text(language, "papi-place", rank=place.rank, of=place.of),
                next_place="–" if following is None else f"+{number(following.gap, language)}",
                rise="–" if wanted is None else f"+{number(wanted.gap, language)}",
                note=". ".join(part for part in (notes.get(year, ""), gap) if part),
            )
        )
    return rows


def finding(scores: PublishedScores, code: str, language: str) -> str:
    """Return the newest place, and what five places more would have needed, in one sentence."""
    for year in reversed(scores.years):
        place = scores.place(year, code)
        if place is None:
            continue
        before = scores.place(year - 1, code)
        rise = scores.rise(year, code, RISE)
        sentence = text(
            language,
            "papi-finding",
            province=scores.provinces[code],
            year=year,
            rank=place.rank,
            of=place.of,
            total=number(place.total, language),
        )
        if before is not None:
            moved = before.rank - place.rank
            key = "papi-rose" if moved > 0 else "papi-fell" if moved < 0 else "papi-stayed"
            sentence += " " + text(language, key, places=abs(moved))
        if rise is not None:
            sentence += " " + text(
                language, "papi-needed", places=RISE, gap=number(rise.gap, language)
            )
        return sentence
    return text(language, "papi-gap")


def dimension_rows(
    scores: PublishedScores, code: str, year: int, language: str
) -> list[DimensionRow]:
    """Return the dimensions of a year."""
    now, before = scores.row(year, code), scores.row(year - 1, code)
    medians = scores.medians(year)
    rows = []
    for name, parts in scores.structure[year].items():
        is_same = before is not None and scores.structure[year - 1].get(name) == parts
        was = scores.dimension(before, name) if before is not None and is_same else None
        rows.append(
            DimensionRow(
                name=f"{name.removeprefix('D')}. {scores.name_of(name).of(language)}",
                score=number(scores.dimension(now, name) if now else None, language),
                before=number(was, language),
                median=number(medians[name], language),
            )
        )
    return rows


def change_rows(
    scores: PublishedScores, code: str, year: int, language: str
) -> tuple[list[ChangeRow], list[str]]:
    """Return what each sub-dimension gained, the worst first, and those not comparable."""
    changes, other = scores.changes(year, code)
    rows = [
        ChangeRow(
            name=scores.name_of(change.code).of(language),
            before=number(change.before, language),
            after=number(change.after, language),
            difference=("+" if change.difference >= 0 else "−")
            + number(abs(change.difference), language),
        )
        for change in changes
    ]
    return rows, [scores.name_of(one).of(language) for one in other]


def years_picture(scores: PublishedScores, code: str, language: str, *, is_narrow: bool) -> str:
    """Return the picture of the province among the others over the years."""
    marks = []
    series = 0
    shape: object = None
    for year in scores.years:
        if scores.structure[year] != shape:
            series, shape = series + 1, scores.structure[year]
        count = len(scores.structure[year])
        means = [total / count for _, _, total in scores.ranking(year)]
        place = scores.place(year, code)
        marks.append(
            YearMark(
                year=year,
                series=series,
                own=place.total / count if place else None,
                lowest=min(means),
                median=median(means),
                highest=max(means),
            )
        )
    axis = text(language, "papi-years-axis")
    return svg(years_chart(marks, axis=axis, is_narrow=is_narrow), language)


def changes_picture(
    scores: PublishedScores, code: str, year: int, language: str, *, is_narrow: bool
) -> str:
    """Return the picture of what each sub-dimension gained."""
    changes, _ = scores.changes(year, code)
    marks = [ChangeMark(scores.name_of(c.code).of(language), c.difference) for c in changes]
    axis = text(language, "papi-change-axis", year=year, before=year - 1)
    return svg(changes_chart(marks, axis=axis, is_narrow=is_narrow), language)
