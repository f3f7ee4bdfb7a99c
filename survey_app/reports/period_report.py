"""The report of a period to the provincial People's Committee (UBND tỉnh): text from the figures.

It says what was measured and how surely, what agencies reported, what is late, and how the figures
came about. Words are Vietnamese: the document is an official one.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.domain.papi_scores import PublishedScores
from survey_app.domain.plan_reporting import Obligation, Period, standing, tally
from survey_app.domain.publication import Figure, InterviewFigures
from survey_app.reports import papi_view, plan_view, results_view
from survey_app.reports.numbers import count
from survey_app.reports.official.document import (
    Block,
    Bullets,
    Cell,
    Frame,
    Grid,
    Heading,
    OfficialReport,
    Paragraph,
    Picture,
)
from survey_app.reports.plan_view import SurveyFinding
from survey_app.reports.results_view import OVERALL, Row
from survey_app.store.queries.plan_reports import PlanState
from survey_app.store.queries.publications import PublishedCampaign
from survey_app.text import text, translator

LANGUAGE = "vi"
NAMED_LATE = 15


@dataclass(frozen=True)
class ReportHead:
    """What a person gives to a report: numbers and names that no figure holds."""

    number: str = ""
    date: str = ""
    signer_name: str = ""


@dataclass(frozen=True)
class Province:
    """Whose report it is, and where it is signed."""

    code: str
    name: str
    short_name: str


@dataclass(frozen=True)
class ReportMatter:
    """Everything that a report is written from."""

    plan: PlanState
    period: Period
    campaign: PublishedCampaign | None
    findings: Mapping[str, Sequence[SurveyFinding]]
    papi: PublishedScores
    province: Province
    today: date


def period_report(matter: ReportMatter, head: ReportHead) -> OfficialReport:
    """Write the report of a period."""
    say = translator(LANGUAGE)
    period = say(f"report-period-{matter.period.value}", year=matter.plan.year)
    is_simulated = bool(matter.campaign and matter.campaign.is_simulated) or any(
        finding.is_simulated for found in matter.findings.values() for finding in found
    )
    parts = [_survey(matter), _targets(matter), _reporting(matter), _papi(matter), _method(matter)]
    blocks: list[Block] = [Paragraph(say("report-opening", title=matter.plan.title, period=period))]
    for numeral, (title, content) in zip(("I", "II", "III", "IV", "V"), parts, strict=True):
        blocks += [Heading(f"{numeral}. {say(title).upper()}"), *content]
    return OfficialReport(
        frame=Frame(
            authority=say("report-authority", province=matter.province.name.upper()),
            issuer=say("report-issuer"),
            number=head.number,
            symbol=say("report-symbol"),
            place=matter.province.short_name,
            date=head.date,
            signer_title=say("report-signer"),
            signer_name=head.signer_name,
            recipients=tuple(say(f"report-recipient-{n}") for n in (1, 2, 3)),
        ),
        kind=say("report-kind"),
        subject=say("report-subject", period=period),
        blocks=tuple(blocks),
        appendices=_appendices(matter),
        mark=say("report-simulated-mark") if is_simulated else "",
    )


Part = tuple[str, list[Block]]


def _survey(matter: ReportMatter) -> Part:
    title = "report-part-survey"
    figures = matter.campaign.figures if matter.campaign else None
    if matter.campaign is None or not isinstance(figures, InterviewFigures):
        return title, [Paragraph(text(LANGUAGE, "report-no-survey"))]
    sentences = results_view.headline(figures, LANGUAGE)
    blocks: list[Block] = [Paragraph(f"{matter.campaign.name}. {sentences}")]
    factors = results_view.factor_rows(figures, LANGUAGE)
    if factors:
        caption = text(LANGUAGE, "report-factors-caption")
        first = text(LANGUAGE, "results-factor")
        blocks.append(
            _estimates(
                "Nhan to",
                caption,
                first,
                factors,
                lambda row: figures.select("share" if row.code == OVERALL else "index", row.code),
            )
        )
    picture = results_view.domain_chart(figures, "share", OVERALL, None, LANGUAGE)
    blocks.append(
        Picture(picture, text(LANGUAGE, "results-chart-alt"), text(LANGUAGE, "report-chart"))
    )
    return title, blocks


def _targets(matter: ReportMatter) -> Part:
    items = []
    for task in matter.plan.tasks:
        for found in plan_view.survey_verdicts(matter.findings.get(task.code, ()), LANGUAGE):
            items.append(
                text(
                    LANGUAGE,
                    "report-verdict",
                    task=task.code,
                    target=found.verdict.target,
                    sentence=found.verdict.sentence,
                    campaign=found.campaign_name,
                )
            )
        for target in plan_view.target_views(matter.plan, task, LANGUAGE):
            for figure in target.figures:
                if figure.is_checked:
                    items.append(
                        text(
                            LANGUAGE,
                            "report-figure",
                            task=task.code,
                            target=target.text,
                            value=figure.value,
                            outcome=figure.outcome.lower(),
                            agency=figure.agency,
                            period=figure.period,
                        )
                    )
    if not items:
        return "report-part-targets", [Paragraph(text(LANGUAGE, "report-no-verdict"))]
    return "report-part-targets", [Bullets(tuple(items))]


def _reporting(matter: ReportMatter) -> Part:
    owed = _owed(matter)
    blocks: list[Block] = [
        Paragraph(plan_view.finding(matter.plan, owed, matter.today, LANGUAGE)),
    ]
    late: dict[str, int] = {}
    for one in owed:
        now = standing(matter.plan.filed(one), matter.plan.due(one.period), matter.today)
        if now.is_late and now.days_left is not None:
            late[one.agency] = late.get(one.agency, 0) + 1
    if late:
        names = sorted(late, key=lambda code: (-late[code], code))
        listed = [
            text(
                LANGUAGE,
                "report-late-agency",
                agency=plan_view.agency_name(matter.plan, code, LANGUAGE),
                count=late[code],
            )
            for code in names[:NAMED_LATE]
        ]
        if len(names) > NAMED_LATE:
            listed.append(text(LANGUAGE, "report-late-more", count=len(names) - NAMED_LATE))
        blocks += [Paragraph(text(LANGUAGE, "report-late")), Bullets(tuple(listed))]
    elif matter.plan.due(matter.period) is None:
        blocks.append(Paragraph(text(LANGUAGE, "report-no-deadline")))
    return "report-part-reporting", blocks


def _papi(matter: ReportMatter) -> Part:
    finding = papi_view.finding(matter.papi, matter.province.code, LANGUAGE)
    source = text(LANGUAGE, "report-papi-source", credit=matter.papi.credit)
    return "report-part-papi", [Paragraph(f"{finding} {source}")]


def _method(matter: ReportMatter) -> Part:
    blocks: list[Block] = []
    figures = matter.campaign.figures if matter.campaign else None
    if matter.campaign and isinstance(figures, InterviewFigures):
        blocks.append(
            Paragraph(
                text(
                    LANGUAGE,
                    "report-method",
                    drawn=count(figures.persons_drawn, LANGUAGE),
                    interviews=count(figures.interviews, LANGUAGE),
                    snapshot=figures.snapshot,
                    version=matter.campaign.code_version or "",
                )
            )
        )
    blocks.append(Paragraph(text(LANGUAGE, "report-method-plan")))
    if matter.campaign and matter.campaign.is_simulated:
        blocks.append(Paragraph(text(LANGUAGE, "results-simulated-more")))
    return "report-part-method", blocks


def _appendices(matter: ReportMatter) -> tuple[Block, ...]:
    blocks: list[Block] = []
    figures = matter.campaign.figures if matter.campaign else None
    if isinstance(figures, InterviewFigures):
        rows = results_view.domain_rows(figures, "share", OVERALL, LANGUAGE)
        caption = text(LANGUAGE, "report-units-caption")
        place = text(LANGUAGE, "results-place")
        blocks += [
            Heading(text(LANGUAGE, "report-appendix", number=1)),
            _estimates(
                "Don vi",
                caption,
                place,
                rows,
                lambda row: figures.select("share", OVERALL, row.code or None),
            ),
        ]
    blocks += [Heading(text(LANGUAGE, "report-appendix", number=len(blocks) // 2 + 1))]
    return (*blocks, _tasks(matter))


def _tasks(matter: ReportMatter) -> Grid:
    rows = []
    for task in matter.plan.tasks:
        owed = [Obligation(matter.period, task.code, agency) for agency in task.reporting]
        counted = tally(
            [
                standing(matter.plan.filed(one), matter.plan.due(one.period), matter.today)
                for one in owed
            ]
        )
        verdicts = plan_view.survey_verdicts(matter.findings.get(task.code, ()), LANGUAGE)
        survey = "; ".join(v.verdict.outcome for v in verdicts) or "–"
        delivered = f"{counted.owed - counted.missing}/{counted.owed}"
        mood = text(LANGUAGE, f"plan-mood-{counted.mood}") if owed else "–"
        rows.append((task.code, task.task, task.lead, delivered, mood, survey))
    return Grid(
        name="Nhiem vu",
        caption=text(LANGUAGE, "report-tasks-caption"),
        header=tuple(
            text(LANGUAGE, key)
            for key in (
                "report-column-code",
                "plan-task",
                "plan-lead",
                "report-column-delivered",
                "plan-standing",
                "plan-survey",
            )
        ),
        texts=tuple(rows),
        values=tuple(rows),
        widths=(12, 68, 32, 18, 22, 20),
    )


def _estimates(
    name: str,
    caption: str,
    first: str,
    rows: Sequence[Row],
    figure_of: Callable[[Row], Figure | None],
) -> Grid:
    columns = ("estimate", "ci", "se", "n")
    values: list[tuple[Cell, ...]] = []
    for row in rows:
        figure = figure_of(row)
        values.append(
            (row.name, figure.estimate, row.interval, figure.se, figure.n)
            if figure
            else (row.name, None, None, None, None)
        )
    return Grid(
        name=name,
        caption=caption,
        header=(first, *(text(LANGUAGE, f"results-{key}") for key in columns)),
        texts=tuple((row.name, row.estimate, row.interval, row.se, row.n) for row in rows),
        values=tuple(values),
        numbers=frozenset({1, 2, 3, 4}),
        widths=(62, 24, 38, 22, 22),
    )


def _owed(matter: ReportMatter) -> list[Obligation]:
    return [one for one in matter.plan.owed() if one.period is matter.period]
