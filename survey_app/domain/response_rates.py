"""Outcome rates of fieldwork (tỷ lệ trả lời, tiếp xúc, từ chối) by AAPOR's formulas.

AAPOR, *Standard Definitions*, 10th edition, 2023, "Calculating Outcome Rates from Final Disposition
Distributions". Drawn persons who were not visited yet have no disposition and are counted nowhere:
while fieldwork runs, the rates are those of the visits made.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from survey_app.domain.dispositions import Disposition, Group

REFUSALS = frozenset({Disposition.REFUSAL, Disposition.BREAK_OFF})


@dataclass(frozen=True)
class OutcomeCounts:
    """How many drawn persons fell into each of AAPOR's categories.

    Attributes
    ----------
    complete, partial : int
        I and P.
    refusal, non_contact, other : int
        R, NC and O: eligible, not interviewed.
    unknown : int
        UH + UO: nobody knows whether they were eligible.
    not_eligible : int
        Known not to belong to the population.
    """

    complete: int
    partial: int
    refusal: int
    non_contact: int
    other: int
    unknown: int
    not_eligible: int

    @property
    def interviews(self) -> int:
        """I + P."""
        return self.complete + self.partial

    @property
    def eligible(self) -> int:
        """Known to be eligible: (I + P) + (R + NC + O)."""
        return self.interviews + self.refusal + self.non_contact + self.other

    @property
    def visited(self) -> int:
        """Everybody with a disposition."""
        return self.eligible + self.unknown + self.not_eligible


@dataclass(frozen=True)
class OutcomeRates:
    """Rates between 0 and 1; None where the denominator is empty.

    Attributes
    ----------
    eligibility : float or None
        e: the share of eligible among those whose eligibility is known, applied to the unknown.
    response_1 … response_6 : float or None
        RR1 to RR6. RR1 counts every unknown as eligible: the least; RR5 none: the most. Even
        numbers count partial interviews too.
    cooperation : float or None
        COOP2 = (I + P) / ((I + P) + R + O).
    refusal : float or None
        REF2 = R / ((I + P) + (R + NC + O) + e (UH + UO)).
    contact : float or None
        CON2 = ((I + P) + R + O) / ((I + P) + R + O + NC + e (UH + UO)).
    """

    eligibility: float | None
    response_1: float | None
    response_2: float | None
    response_3: float | None
    response_4: float | None
    response_5: float | None
    response_6: float | None
    cooperation: float | None
    refusal: float | None
    contact: float | None


def outcome_counts(dispositions: Mapping[str | None, int]) -> OutcomeCounts:
    """Sort counts by disposition into AAPOR's categories; the key None (not visited) is left out."""
    found = {code: dispositions.get(code.value, 0) for code in Disposition}

    def total(group: Group) -> int:
        return sum(count for code, count in found.items() if code.group is group)

    refusal = sum(found[code] for code in REFUSALS)
    non_contact = found[Disposition.NON_CONTACT]
    return OutcomeCounts(
        complete=found[Disposition.COMPLETE],
        partial=found[Disposition.PARTIAL],
        refusal=refusal,
        non_contact=non_contact,
        other=total(Group.ELIGIBLE_NONINTERVIEW) - refusal - non_contact,
        unknown=total(Group.UNKNOWN_ELIGIBILITY),
        not_eligible=total(Group.NOT_ELIGIBLE),
    )


def outcome_rates(counts: OutcomeCounts) -> OutcomeRates:
    """Return the rates of AAPOR (2023), pages "Response Rates" to "Contact Rates"."""
    known = counts.eligible + counts.not_eligible
    eligibility = _share(counts.eligible, known)
    # Nobody's eligibility is known: all unknown may be eligible, the cautious end of the range.
    likely = counts.unknown * (1.0 if eligibility is None else eligibility)
    everybody, some, certain = (counts.eligible + more for more in (counts.unknown, likely, 0))
    reached = counts.interviews + counts.refusal + counts.other
    return OutcomeRates(
        eligibility=eligibility,
        response_1=_share(counts.complete, everybody),
        response_2=_share(counts.interviews, everybody),
        response_3=_share(counts.complete, some),
        response_4=_share(counts.interviews, some),
        response_5=_share(counts.complete, certain),
        response_6=_share(counts.interviews, certain),
        cooperation=_share(counts.interviews, reached),
        refusal=_share(counts.refusal, some),
        contact=_share(reached, reached + counts.non_contact + likely),
    )


def _share(part: float, whole: float) -> float | None:
    return part / whole if whole else None
