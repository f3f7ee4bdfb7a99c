"""The plan as its pages show it: the board, a task, an agency's own list."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from survey_app.domain.plan_reporting import (
    REPORTS,
    Obligation,
    Period,
    ReportState,
    Standing,
    Tally,
    standing,
    tally,
)
from survey_app.domain.publication import InterviewFigures, Judgement
from survey_app.domain.reported_figures import judge_figure
from survey_app.reports.numbers import count, number
from survey_app.reports.results_view import VerdictView, verdict
from survey_app.store.queries.plan_reports import PlanState, TargetRow, TaskRow
from survey_app.store.queries.publications import PublishedCampaign
from survey_app.text import text

TONES = {"accepted": "good", "submitted": "", "returned": "doubt", "late": "bad", "open": ""}


@dataclass(frozen=True)
class CellView:
    """A task in a period: how many of the reports owed are accepted, and what is wrong."""

    period: str
    tone: str
    label: str
    detail: str


@dataclass(frozen=True)
class SurveyVerdict:
    """A verdict from a survey, and which campaign it comes from."""

    campaign_code: str
    campaign_name: str
    is_simulated: bool
    verdict: VerdictView


@dataclass(frozen=True)
class BoardRow:
    """A task on the board."""

    code: str
    task: str
    lead: str
    cells: tuple[CellView, ...]
    surveys: tuple[SurveyVerdict, ...]


@dataclass(frozen=True)
class BoardSection:
    """A dimension with its tasks."""

    number: int
    name: str
    rows: tuple[BoardRow, ...]


@dataclass(frozen=True)
class OwedRow:
    """A report that an agency owes, as its list shows it."""

    owed: Obligation
    agency: str
    title: str
    period: str
    due: date | None
    standing: Standing
    label: str
    tone: str


@dataclass(frozen=True)
class FigureRow:
    """A reported figure held against its target."""

    period: str
    agency: str
    value: str
    outcome: str
    tone: str
    is_checked: bool


@dataclass(frozen=True)
class TargetView:
    """A target of a task, with what was reported for it."""

    text: str
    kind: str
    kind_key: str
    figures: tuple[FigureRow, ...]


@dataclass(frozen=True)
class SurveyFinding:
    """A judgement of a campaign on a task of the plan."""

    campaign_code: str
    campaign_name: str
    is_simulated: bool
    judgement: Judgement


def survey_findings(
    campaigns: Sequence[PublishedCampaign],
) -> dict[str, list[SurveyFinding]]:
    """Return by task what the newest figures of each campaign judge."""
    found: dict[str, list[SurveyFinding]] = defaultdict(list)
    for campaign in campaigns:
        if isinstance(campaign.figures, InterviewFigures):
            for judgement in campaign.figures.judgements:
                found[judgement.task].append(
                    SurveyFinding(campaign.code, campaign.name, campaign.is_simulated, judgement)
                )
    return found


def finding(state: PlanState, owed: Sequence[Obligation], today: date, language: str) -> str:
    """Return how the reporting stands in one sentence."""
    reports = [one for one in owed if one.period is not Period.OWN_PLAN]
    counted = tally([_standing(state, one, today) for one in reports])
    return text(
        language,
        "plan-finding",
        owed=count(counted.owed, language),
        accepted=count(counted.accepted, language),
        submitted=count(counted.submitted, language),
        late=counted.late,
    )


def board(
    state: PlanState,
    findings: Mapping[str, Sequence[SurveyFinding]],
    today: date,
    language: str,
    agency: str | None = None,
) -> list[BoardSection]:
    """Return the board of a plan by dimension; with ``agency``, only the tasks it reports on."""
    sections: dict[int, list[BoardRow]] = defaultdict(list)
    names: dict[int, str] = {}
    for task in state.tasks:
        if agency is not None and agency not in task.reporting:
            continue
        names[task.dimension] = task.dimension_vi if language == "vi" else task.dimension_en
        sections[task.dimension].append(
            BoardRow(
                code=task.code,
                task=task.task,
                lead=task.lead,
                cells=tuple(_cell(state, task, period, today, language) for period in REPORTS),
                surveys=survey_verdicts(findings.get(task.code, ()), language),
            )
        )
    return [BoardSection(n, names[n], tuple(rows)) for n, rows in sorted(sections.items())]


def survey_verdicts(findings: Sequence[SurveyFinding], language: str) -> tuple[SurveyVerdict, ...]:
    """Return what surveys say of a task, in words."""
    return tuple(
        SurveyVerdict(
            f.campaign_code, f.campaign_name, f.is_simulated, verdict(f.judgement, language)
        )
        for f in findings
    )


def owed_rows(
    state: PlanState, owed: Sequence[Obligation], today: date, language: str
) -> list[OwedRow]:
    """Return obligations with how they stand: late ones first, then by day."""
    tasks = {task.code: task for task in state.tasks}
    rows = []
    for one in owed:
        now = _standing(state, one, today)
        task = tasks.get(one.task)
        rows.append(
            OwedRow(
                owed=one,
                agency=agency_name(state, one.agency, language),
                title=f"{task.code} – {task.task}" if task else text(language, "plan-own-plan"),
                period=text(language, f"plan-period-{_key(one.period)}"),
                due=state.due(one.period),
                standing=now,
                label=standing_label(now, language),
                tone=_tone(now),
            )
        )
    rows.sort(
        key=lambda row: (
            row.standing.state in (ReportState.SUBMITTED, ReportState.ACCEPTED),
            row.standing.state is not ReportState.RETURNED,
            not row.standing.is_late,
            row.due or date.max,
            list(Period).index(row.owed.period),
        )
    )
    return rows


def standing_label(now: Standing, language: str) -> str:
    """Return how an obligation stands, in words."""
    state = now.state.value if now.state else "none"
    label = text(language, f"plan-state-{state}")
    if now.days_left is not None and now.days_left < 0:
        return f"{label} · {text(language, 'plan-late-days', days=-now.days_left)}"
    if now.is_late:
        return f"{label} · {text(language, 'plan-was-late')}"
    if now.days_left is not None:
        return f"{label} · {text(language, 'plan-days-left', days=now.days_left)}"
    return label


def target_views(state: PlanState, task: TaskRow, language: str) -> list[TargetView]:
    """Return a task's targets with the figures that were delivered for them."""
    return [
        TargetView(
            text=target.text,
            kind=text(language, f"plan-target-{_key(target.kind)}"),
            kind_key=target.kind,
            figures=_figure_rows(state, task, target, language) if target.is_reported else (),
        )
        for target in task.targets
    ]


def agency_name(state: PlanState, code: str, language: str) -> str:
    """Return an agency's name in the reader's language."""
    agency = state.agencies[code]
    return agency.name_vi if language == "vi" else agency.name_en


def _figure_rows(
    state: PlanState, task: TaskRow, target: TargetRow, language: str
) -> tuple[FigureRow, ...]:
    rows = []
    for period in REPORTS:
        for agency in task.reporting:
            report = state.reports.get(Obligation(period, task.code, agency))
            value = report.figures.get(str(target.position)) if report else None
            if report is None or value is None or target.threshold is None:
                continue
            if report.filed.state not in (ReportState.SUBMITTED, ReportState.ACCEPTED):
                continue
            outcome = judge_figure(value, target.comparator or "at_least", target.threshold)
            unit = " %" if target.unit == "percent" else ""
            rows.append(
                FigureRow(
                    period=text(language, f"plan-period-{_key(period)}"),
                    agency=agency_name(state, agency, language),
                    value=number(value, language) + unit,
                    outcome=text(language, f"plan-figure-{_key(outcome)}"),
                    tone="good" if outcome == "met" else "bad",
                    is_checked=report.filed.state is ReportState.ACCEPTED,
                )
            )
    return tuple(rows)


def _cell(state: PlanState, task: TaskRow, period: Period, today: date, language: str) -> CellView:
    owed = [Obligation(period, task.code, agency) for agency in task.reporting]
    counted: Tally = tally([_standing(state, one, today) for one in owed])
    detail = text(
        language,
        "plan-cell-detail",
        owed=counted.owed,
        accepted=counted.accepted,
        submitted=counted.submitted,
        returned=counted.returned,
        late=counted.late,
    )
    label = text(language, f"plan-mood-{counted.mood}")
    if counted.owed > 1:
        label = f"{label} {counted.owed - counted.missing}/{counted.owed}"
    return CellView(
        period=text(language, f"plan-period-{_key(period)}"),
        tone=TONES[counted.mood],
        label=label if counted.owed else text(language, "plan-mood-nobody"),
        detail=detail,
    )


def _standing(state: PlanState, owed: Obligation, today: date) -> Standing:
    return standing(state.filed(owed), state.due(owed.period), today)


def _tone(now: Standing) -> str:
    if now.state is ReportState.ACCEPTED:
        return "good"
    if now.is_late and now.state is not ReportState.SUBMITTED:
        return "bad"
    return "doubt" if now.state is ReportState.RETURNED else ""


def _key(value: str) -> str:
    return value.replace("_", "-")
