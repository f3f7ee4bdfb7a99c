"""What became of a drawn person: final dispositions (kết quả tiếp cận) by AAPOR's codes.

AAPOR, *Standard Definitions: Final Dispositions of Case Codes and Outcome Rates for Surveys*,
10th edition, 2023: the codes of in-person surveys, as far as a province's interviewers need them.
The names are in the catalogue under ``disposition-…``.
"""

from __future__ import annotations

from enum import StrEnum


class Group(StrEnum):
    """What a disposition means for rates and weights."""

    INTERVIEW = "interview"
    ELIGIBLE_NONINTERVIEW = "eligible_noninterview"
    UNKNOWN_ELIGIBILITY = "unknown_eligibility"
    NOT_ELIGIBLE = "not_eligible"


class Disposition(StrEnum):
    """A final disposition; the value is AAPOR's code."""

    COMPLETE = "1.1"
    PARTIAL = "1.2"
    REFUSAL = "2.11"
    BREAK_OFF = "2.12"
    NON_CONTACT = "2.2"
    DEAD = "2.31"
    UNABLE = "2.32"
    LANGUAGE = "2.33"
    OTHER = "2.36"
    NOT_ATTEMPTED = "3.11"
    UNREACHABLE_AREA = "3.17"
    NOT_FOUND = "3.18"
    OUT_OF_SAMPLE = "4.1"
    VACANT = "4.6"
    NO_ELIGIBLE_RESPONDENT = "4.7"

    @property
    def group(self) -> Group:
        """Return what the disposition means for rates and weights: its first figure."""
        return _GROUPS[self.value[0]]

    @property
    def text_key(self) -> str:
        """Return the catalogue's key of the name."""
        return f"disposition-{self.value.replace('.', '-')}"

    @property
    def is_interview(self) -> bool:
        """Tell whether an answer sheet stands behind it."""
        return self.group is Group.INTERVIEW


_GROUPS = {
    "1": Group.INTERVIEW,
    "2": Group.ELIGIBLE_NONINTERVIEW,
    "3": Group.UNKNOWN_ELIGIBILITY,
    "4": Group.NOT_ELIGIBLE,
}

RECORDED_BY_HAND = tuple(code for code in Disposition if not code.is_interview)
"""What an enumerator may choose; an interview's disposition follows from its answers."""
