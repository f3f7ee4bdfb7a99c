"""Rules of fieldwork: the way of a survey area (địa bàn), and when an interview counts."""

from __future__ import annotations

from enum import StrEnum
from typing import Final

from survey_app.domain.dispositions import Disposition
from survey_app.domain.questionnaire import AnswerSheet, ItemType, Questionnaire, relevant_items

COMPLETE_ABOVE: Final = 0.8
PARTIAL_FROM: Final = 0.5


class AreaState(StrEnum):
    """Drawn by the sample, confirmed by MTTQ, assigned to an enumerator; or given up."""

    DRAWN = "drawn"
    CONFIRMED = "confirmed"
    ASSIGNED = "assigned"
    REPLACEMENT_ASKED = "replacement_asked"
    REPLACED = "replaced"


class ReplacementReason(StrEnum):
    """Why an area cannot be surveyed (lý do xin thay địa bàn)."""

    DISASTER = "disaster"
    SECURITY = "security"
    UNREACHABLE = "unreachable"
    DISSOLVED = "dissolved"
    MOVED_AWAY = "moved_away"


def outcome_of(questionnaire: Questionnaire, sheet: AnswerSheet) -> Disposition:
    """Return the disposition that follows from how much was answered.

    The thresholds are those of AAPOR, *Standard Definitions* (2023), "Completed interviews and
    partial interviews": more than 80 % of the applicable questions answered is complete, 50 to
    80 % partial, less a break-off. Open questions, which nobody must answer, do not count.
    """
    asked = [
        item.code
        for item in relevant_items(questionnaire, dict(sheet.coded))
        if item.type is not ItemType.OPEN_TEXT
    ]
    share = sum(code in sheet.coded for code in asked) / len(asked) if asked else 1.0
    if share > COMPLETE_ABOVE:
        return Disposition.COMPLETE
    return Disposition.PARTIAL if share >= PARTIAL_FROM else Disposition.BREAK_OFF
