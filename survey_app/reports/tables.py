"""The figures of a campaign as CSV and XLSX: the very figures that pages show."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass

import xlsxwriter

from survey_app.domain.publication import InterviewFigures, SelfSelectedFigures
from survey_app.reports.results_view import MIN_SHOWN, visible_points
from survey_app.store.queries.publications import PublishedCampaign
from survey_app.text import text

Cell = str | int | float | None

# A spreadsheet program would run a text that begins so.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


@dataclass(frozen=True)
class Table:
    """A table with the facts that must travel with it."""

    facts: tuple[tuple[str, str], ...]
    header: tuple[str, ...]
    rows: tuple[tuple[Cell, ...], ...]


def figures_table(
    campaign: PublishedCampaign, agency_ids: Sequence[int] | None, language: str
) -> Table:
    """Return a campaign's figures unformatted, with where they come from."""
    figures = campaign.figures
    facts = [(text(language, "export-campaign"), campaign.name)]
    if campaign.is_simulated:
        facts.append((text(language, "export-mark"), text(language, "results-simulated")))
    if figures is None:
        return Table(tuple(facts), (), ())
    facts.append((text(language, "results-snapshot"), figures.snapshot))
    facts.append((text(language, "results-code-version"), campaign.code_version or ""))
    if isinstance(figures, SelfSelectedFigures):
        facts.append((text(language, "export-mark"), text(language, "results-self-selected")))
        return _points(tuple(facts), figures, agency_ids, language)
    return _estimates(tuple(facts), figures, language)


def _estimates(
    facts: tuple[tuple[str, str], ...], figures: InterviewFigures, language: str
) -> Table:
    names = {place.code: place.name for place in figures.places}
    labels = {label.code: label.words.of(language) for label in figures.labels}
    labels |= {j.variable: f"{j.task}: {j.target}" for j in figures.judgements}
    keys = ("statistic", "variable", "question", "domain", "place", "estimate", "se")
    more = ("ci-low", "ci-high", "df", "deff", "n", "cautions")
    return Table(
        facts=facts,
        header=tuple(text(language, f"export-{key}") for key in (*keys, *more)),
        rows=tuple(
            (
                f.statistic,
                f.variable,
                labels.get(f.variable, f.variable),
                f.domain or "",
                text(language, "results-province") if f.domain is None else names.get(f.domain),
                f.estimate,
                f.se,
                f.ci_low,
                f.ci_high,
                f.df,
                f.deff,
                f.n,
                "; ".join(text(language, f"caution-{doubt.code}") for doubt in f.cautions),
            )
            for f in figures.figures
        ),
    )


def _points(
    facts: tuple[tuple[str, str], ...],
    figures: SelfSelectedFigures,
    agency_ids: Sequence[int] | None,
    language: str,
) -> Table:
    header = ("point", "place", "n", "rating-1", "rating-2", "rating-3", "rating-4", "rating-5")

    hidden: tuple[Cell, ...] = (None,) * 5
    return Table(
        facts=facts,
        header=tuple(text(language, f"export-{key}") for key in header),
        rows=tuple(
            (p.point, p.name, p.n, *(p.counts if p.n >= MIN_SHOWN else hidden))
            for p in visible_points(figures, agency_ids)
        ),
    )


def as_csv(table: Table) -> bytes:
    """Return a table as CSV in UTF-8 with a byte-order mark, which spreadsheet programs expect."""
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\r\n")
    for fact in table.facts:
        writer.writerow([_harmless(value) for value in fact])
    writer.writerow([])
    writer.writerow([_harmless(value) for value in table.header])
    writer.writerows([_harmless(value) for value in row] for row in table.rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(table: Table) -> bytes:
    """Return a table as a workbook; texts stay texts, whatever they begin with."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        sheet = book.add_worksheet()
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        for line, (name, fact) in enumerate(table.facts):
            sheet.write_string(line, 0, name, bold)
            sheet.write_string(line, 1, fact)
        top = len(table.facts) + 1
        for column, name in enumerate(table.header):
            sheet.write_string(top, column, name, bold)
        for line, row in enumerate(table.rows, start=top + 1):
            for column, value in enumerate(row):
                if isinstance(value, str):
                    sheet.write_string(line, column, value)
                elif value is not None:
                    sheet.write_number(line, column, value)
        sheet.set_column(0, 1, 22)
        sheet.set_column(2, 2, 48)
        sheet.set_column(3, len(table.header) + 1, 16)
        sheet.freeze_panes(top + 1, 0)
    return out.getvalue()


def _harmless(value: Cell) -> Cell:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA_STARTS) else value
