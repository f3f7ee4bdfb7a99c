"""How what is owed stands on a day; what a figure is and whether it meets its target."""

from __future__ import annotations

from datetime import date

import pytest

from survey_app.domain.evidence import kind_of, safe_name
from survey_app.domain.plan_reporting import (
    REPORTS,
    Filed,
    Obligation,
    Period,
    ReportState,
    Standing,
    obligations,
    standing,
    tally,
)
from survey_app.domain.reported_figures import (
    FigureError,
    judge_figure,
    read_figure,
    written_figure,
)

DUE = date(2021, 3, 25)
BEFORE, AFTER = date(2021, 3, 20), date(2021, 3, 30)


@pytest.mark.parametrize(
    ("filed", "due", "today", "expected"),
    [
        (None, None, AFTER, Standing(None, False, None)),
        (None, DUE, BEFORE, Standing(None, False, 5)),
        (None, DUE, DUE, Standing(None, False, 0)),
        (None, DUE, AFTER, Standing(None, True, -5)),
        (
            Filed(ReportState.SUBMITTED, BEFORE),
            DUE,
            AFTER,
            Standing(ReportState.SUBMITTED, False, None),
        ),
        (
            Filed(ReportState.ACCEPTED, AFTER),
            DUE,
            AFTER,
            Standing(ReportState.ACCEPTED, True, None),
        ),
        (
            Filed(ReportState.RETURNED, BEFORE),
            DUE,
            AFTER,
            Standing(ReportState.RETURNED, True, -5),
        ),
    ],
)
def test_late_is_what_is_not_delivered_by_its_day(
    filed: Filed | None, due: date | None, today: date, expected: Standing
) -> None:
    assert standing(filed, due, today) == expected


@pytest.mark.parametrize(
    ("states", "mood", "missing"),
    [
        ([(ReportState.ACCEPTED, False)] * 3, "accepted", 0),
        ([(ReportState.ACCEPTED, True)] * 3, "accepted", 0),
        ([(ReportState.ACCEPTED, False), (ReportState.SUBMITTED, False)], "submitted", 0),
        ([(ReportState.ACCEPTED, False), (ReportState.RETURNED, False)], "returned", 1),
        ([(ReportState.ACCEPTED, False), (None, True)], "late", 1),
        ([(None, False)], "open", 1),
    ],
)
def test_the_board_shows_the_worst_first(
    states: list[tuple[ReportState | None, bool]], mood: str, missing: int
) -> None:
    counted = tally([Standing(state, late, None) for state, late in states])
    assert (counted.mood, counted.missing) == (mood, missing)


def test_each_lead_owes_each_period_and_each_agency_its_own_plan() -> None:
    owed = obligations({"I.1": ("a", "b"), "I.2": ("a",)}, ("a", "b", "c"))
    assert sum(o.period is Period.OWN_PLAN for o in owed) == 3
    assert {o for o in owed if o.agency == "a" and o.task == "I.2"} == {
        Obligation(period, "I.2", "a") for period in REPORTS
    }


@pytest.mark.parametrize(
    ("typed", "unit", "value"),
    [
        ("95,5", "percent", 95.5),
        ("95.5 %", "percent", 95.5),
        ("100", "percent", 100),
        (" ", "percent", None),
        ("4", "per_year", 4),
        ("250", "per_year", 250),
    ],
)
def test_figures_are_read_as_people_write_them(typed: str, unit: str, value: float | None) -> None:
    assert read_figure(typed, unit) == value


@pytest.mark.parametrize("value", [0.0, 30.3, 1250.0, 99.999, 123456789.0])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_figure_shown_is_read_again_as_it_was(value: float, language: str) -> None:
    assert read_figure(written_figure(value, language), None) == value


@pytest.mark.parametrize("typed", ["101", "-1", "nan", "inf", "1e400", "chín mươi", "1,2,3"])
def test_what_is_no_figure_is_refused(typed: str) -> None:
    with pytest.raises(FigureError):
        read_figure(typed, "percent")


@pytest.mark.parametrize(
    ("value", "comparator", "threshold", "verdict"),
    [
        (90, "at_least", 90, "met"),
        (89.99, "at_least", 90, "not_met"),
        (90, "more_than", 90, "not_met"),
        (90.01, "more_than", 90, "met"),
        (5, "at_most", 5, "met"),
        (6, "at_most", 5, "not_met"),
    ],
)
def test_a_counted_figure_is_held_against_its_target(
    value: float, comparator: str, threshold: float, verdict: str
) -> None:
    assert judge_figure(value, comparator, threshold) == verdict


def test_a_kind_is_what_name_and_bytes_agree_on() -> None:
    assert kind_of("a.PDF", b"%PDF-1.4") == "pdf"
    assert kind_of("a.docx", b"PK\x03\x04...") == "docx"
    assert kind_of("a.pdf", b"PK\x03\x04") is None
    assert kind_of("pdf", b"%PDF-1.4") is None


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd.pdf", "passwd.pdf"),
        ("C:\\Users\\a\\Báo cáo.docx", "Báo cáo.docx"),
        ('a"\r\nSet-Cookie: x.pdf', "aSet-Cookie x.pdf"),
        ("gnp\u202efdp.exe.pdf", "gnpfdp.exe.pdf"),
        ("x" * 300 + ".pdf", "x" * 120 + ".pdf"),
    ],
)
def test_a_name_carries_nothing_but_a_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe
