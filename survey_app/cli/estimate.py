"""``survey estimate``: design-based estimates from any analyst's file, without a database."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

import click

if TYPE_CHECKING:
    import pyarrow as pa

    from analysis.design import SurveyDesign
    from analysis.errors import AnalysisError
    from analysis.requests import Request
    from analysis.results import Estimate, EstimateTable

EXIT_REFUSED = 3
KEYS = ("statistic", "variable", "domain", "estimate", "se", "ci_low", "ci_high", "df", "deff", "n")
"""The stable contract of ``--json``."""


@dataclass(frozen=True)
class Asked:
    """What was asked of which columns, as written on the command line."""

    mean: tuple[str, ...]
    share: tuple[tuple[str, tuple[str, ...]], ...]
    total: tuple[str, ...]
    ratio: tuple[tuple[str, str], ...]
    quantile: tuple[tuple[str, tuple[float, ...]], ...]

    def columns(self) -> list[str]:
        """Return the columns that the figures need."""
        return [
            *self.mean,
            *(item for item, _ in self.share),
            *self.total,
            *(name for pair in self.ratio for name in pair),
            *(item for item, _ in self.quantile),
        ]


def _names(values: Sequence[str]) -> tuple[str, ...]:
    """Split ``a,b`` and repeated options alike."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def _assigned(option: str, text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (name.strip() and equals and value.strip()):
        raise _misspelt(option, text, "a=4,5" if option == "--share" else "a=0.5")
    return name.strip(), value.strip()


def _asked(
    mean: Sequence[str],
    share: Sequence[str],
    total: Sequence[str],
    ratio: Sequence[str],
    quantile: Sequence[str],
) -> Asked:
    shares = [_assigned("--share", text) for text in share]
    pairs: list[tuple[str, str]] = []
    for text in _names(ratio):
        top, slash, bottom = text.partition("/")
        if not (top.strip() and slash and bottom.strip()):
            raise _misspelt("--ratio", text, "c/d")
        pairs.append((top.strip(), bottom.strip()))
    points: list[tuple[str, tuple[float, ...]]] = []
    for text in quantile:
        item, values = _assigned("--quantile", text)
        try:
            points.append((item, tuple(float(value) for value in _names([values]))))
        except ValueError as error:
            raise _misspelt("--quantile", text, "a=0.5") from error
    asked = Asked(
        mean=_names(mean),
        share=tuple((item, _names([levels])) for item, levels in shares),
        total=_names(total),
        ratio=tuple(pairs),
        quantile=tuple(points),
    )
    if not asked.columns():
        raise click.UsageError(_say("estimate-nothing-asked"))
    return asked


def _misspelt(option: str, text: str, example: str) -> click.BadParameter:
    problem = _say("estimate-misspelt", text=text, option=option, example=example)
    return click.BadParameter(problem, param_hint=option)


def _say(key: str, **values: str) -> str:
    """Look a text up; the catalogue is read only when there is something to say."""
    from survey_app.text import text

    return text("en", key, **values)


@click.command("estimate")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--weight", help="Column of weights; without it they follow from --fpc, or are 1.")
@click.option("--strata", multiple=True, help="Strata, one column for each stage: S or S1,S2.")
@click.option("--psu", multiple=True, help="Units, one column for each stage: P or P1,P2.")
@click.option("--fpc", multiple=True, help="Population counts or sampling fractions by stage.")
@click.option("--nest", is_flag=True, help="Unit codes restart in every stratum.")
@click.option(
    "--lonely-psu",
    type=click.Choice(["fail", "remove", "certainty", "adjust", "average", "collapse"]),
    default="fail",
    show_default=True,
    help="What a stratum with a single unit contributes.",
)
@click.option(
    "--pps",
    type=click.Choice(["brewer", "overton", "hartley-rao"]),
    help="--fpc holds inclusion probabilities of a PPS sample without replacement.",
)
@click.option("--mean", multiple=True, help="Means: a,b")
@click.option("--share", multiple=True, help="Share of answers: 'a=4,5'")
@click.option("--total", multiple=True, help="Totals: c")
@click.option("--ratio", multiple=True, help="Ratios of totals: c/d")
@click.option("--quantile", multiple=True, help="Quantiles: 'a=0.5' or 'a=0.25,0.5,0.75'")
@click.option("--by", multiple=True, help="Domains: D, or D1,D2 for their crossing.")
@click.option("--deff", is_flag=True, help="Print design effects.")
@click.option("--json", "as_json", is_flag=True, help="Output for machines.")
def estimate(
    file: Path,
    weight: str | None,
    strata: tuple[str, ...],
    psu: tuple[str, ...],
    fpc: tuple[str, ...],
    nest: bool,
    lonely_psu: str,
    pps: str | None,
    mean: tuple[str, ...],
    share: tuple[str, ...],
    total: tuple[str, ...],
    ratio: tuple[str, ...],
    quantile: tuple[str, ...],
    by: tuple[str, ...],
    deff: bool,
    as_json: bool,
) -> None:
    """Estimate figures from FILE with design-based precision.

    FILE is a CSV, Parquet, SPSS or Stata file, or the folder of a snapshot, which declares its
    own design and is checked against its digest first.
    """
    from analysis.errors import AnalysisError

    asked = _asked(mean, share, total, ratio, quantile)
    domains = _names(by)
    declared = [weight, *_names(strata), *_names(psu), *_names(fpc)]
    try:
        if file.is_dir():
            if any(declared) or nest or pps:
                raise click.UsageError(_say("estimate-snapshot-design"))
            design, table = _from_snapshot(file)
        else:
            from analysis.design import SurveyDesign
            from analysis.sources.files import read_table

            needed = [name for name in declared if name]
            table = read_table(file, [*needed, *asked.columns(), *domains])
            design = SurveyDesign.from_arrow(
                table,
                weights=weight,
                strata=_names(strata),
                psu=_names(psu),
                fpc=_names(fpc),
                nest=nest,
                lonely_psu=lonely_psu,
                pps=pps,
            )
        estimates = _estimates(design, table, asked, domains)
    except AnalysisError as error:
        _refuse(error)
    if as_json:
        click.echo(json.dumps([_record(e, deff) for e in estimates], ensure_ascii=False, indent=1))
    else:
        click.echo(_table(estimates, domains, deff))


def _from_snapshot(folder: Path) -> tuple[SurveyDesign, pa.Table]:
    from analysis.snapshot import read_snapshot

    snapshot = read_snapshot(folder)
    return snapshot.survey_design(), snapshot.answers


def _estimates(
    design: SurveyDesign, table: pa.Table, asked: Asked, domains: tuple[str, ...]
) -> EstimateTable:
    from analysis.estimation import analyse

    return analyse(design, table, _requests(table, asked), by=domains)


def _requests(table: pa.Table, asked: Asked) -> list[Request]:
    from analysis.requests import Mean, Quantile, Ratio, Share, Total

    requests: list[Request] = [Mean(item) for item in asked.mean]
    requests += [Share(item, _levels(table, item, texts)) for item, texts in asked.share]
    requests += [Total(item) for item in asked.total]
    requests += [Ratio(top, bottom) for top, bottom in asked.ratio]
    requests += [Quantile(item, p) for item, points in asked.quantile for p in points]
    return requests


def _levels(table: pa.Table, item: str, texts: tuple[str, ...]) -> tuple[object, ...]:
    """Read the levels as the column's own kind of value."""
    import pyarrow as pa

    from analysis.errors import InvalidRequestError
    from analysis.sources.arrays import column_of

    kind = column_of(table, item).type
    if pa.types.is_boolean(kind):
        return tuple(text.lower() in ("true", "1", "yes") for text in texts)
    if not (pa.types.is_integer(kind) or pa.types.is_floating(kind)):
        return texts
    try:
        return tuple(float(text) for text in texts)
    except ValueError as error:
        raise InvalidRequestError(
            item, f"{','.join(texts)!r} where the column holds numbers", "Give numbers"
        ) from error


def _record(found: Estimate, deff: bool) -> dict[str, Any]:
    record = {key: value for key, value in found.record().items() if key in KEYS}
    if not deff:
        record["deff"] = None
    record["domain"] = {
        name: value if value is None or isinstance(value, str | int | float) else str(value)
        for name, value in found.domain.items()
    }
    return {key: record[key] for key in KEYS}


def _table(estimates: EstimateTable, domains: tuple[str, ...], deff: bool) -> str:
    """Lay the figures out in aligned columns."""
    heads = ["statistic", "variable", *domains, "estimate", "se", "ci_low", "ci_high", "df"]
    heads += ["deff", "n", "cautions"] if deff else ["n", "cautions"]
    rows = [heads]
    for found in estimates:
        numbers = [found.estimate, found.se, found.ci_low, found.ci_high, found.df]
        numbers += [found.deff] if deff else []
        rows.append(
            [
                found.statistic,
                found.variable,
                *(str(found.domain[name]) for name in domains),
                *("-" if value is None else f"{value:.6g}" for value in numbers),
                str(found.n),
                " ".join(caution.code.value for caution in found.cautions),
            ]
        )
    widths = [max(len(row[j]) for row in rows) for j in range(len(heads))]
    text_columns = 2 + len(domains)
    lines = [
        "  ".join(
            cell.ljust(width) if j < text_columns or j == len(heads) - 1 else cell.rjust(width)
            for j, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join(lines)


def _refuse(error: AnalysisError) -> NoReturn:
    """Say what was refused and how to mend it, and end with the exit code of refusals."""
    problem = _say("estimate-refused", where=error.where, detail=error.detail, remedy=error.remedy)
    click.echo(f"survey: {problem}", err=True)
    sys.exit(EXIT_REFUSED)
