"""The analysis input of an interview campaign, frozen (see ``analysis/snapshot.py``)."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import mkdtemp

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from analysis.snapshot import DesignColumns, Manifest, Variable, WeightStep, write_snapshot
from analysis.weighting.nonresponse import AdjustedWeights, adjust_for_nonresponse
from survey_app.domain.dispositions import Disposition, Group
from survey_app.domain.questionnaire import Item, ItemType, Questionnaire
from survey_app.domain.questionnaire.items import NO_OPINION
from survey_app.services.errors import NotFoundError, ServiceError
from survey_app.settings import Settings
from survey_app.store.queries.interview_answers import (
    NO_ANSWER,
    CodedAnswers,
    DrawnArea,
    DrawnPerson,
    coded_answers,
    drawn_areas,
    drawn_persons,
)
from survey_app.store.queries.stored_questionnaires import stored_questionnaire
from survey_app.store.session import Database
from survey_app.store.tables import Campaign
from survey_app.text import text

SINGLE_VALUED = (ItemType.RATING5, ItemType.YES_NO, ItemType.SINGLE_CHOICE, ItemType.NUMBER)
# Too few answers in an area to carry its weight alone: the stratum's factor is used instead.
MIN_RESPONDENTS_PER_AREA = 3

OUTCOME = {
    Group.INTERVIEW: "respondent",
    Group.ELIGIBLE_NONINTERVIEW: "nonrespondent",
    Group.UNKNOWN_ELIGIBILITY: "unknown",
    Group.NOT_ELIGIBLE: "ineligible",
}


def take_snapshot(database: Database, settings: Settings, campaign_code: str) -> Manifest:
    """Write the campaign's answers with their design columns and weights, and return the manifest.

    A certainty area (π = 1) is no first-stage unit: its households were drawn directly, so it is
    a stratum of its own whose units are the answers. Elsewhere the area is the unit; first-stage
    fractions are left out, which errs on the side of caution under PPS without replacement
    (Särndal, Swensson and Wretman 1992, §4.6).

    Raises
    ------
    NotFoundError
        No such campaign.
    ServiceError
        ``snapshot-no-answers``; ``snapshot-mismatch`` when an area has another number of
        interviews recorded than answer sheets.
    """
    with database.transaction() as session:
        campaign = session.query(Campaign).filter_by(code=campaign_code).one_or_none()
        if campaign is None:
            raise NotFoundError("campaign", campaign_code)
        stored = stored_questionnaire(
            session, campaign.questionnaire_id, campaign.questionnaire.digest
        )
        numbers = {
            item.code: stored.numbers[item.code]
            for item in stored.questionnaire.items
            if item.type in SINGLE_VALUED
        }
        areas = drawn_areas(session, campaign.id)
        persons = drawn_persons(session, campaign.id)
        answers = coded_answers(session, campaign.id, numbers)
    if not len(answers.area_ids):
        raise ServiceError("snapshot-no-answers", campaign=campaign_code)
    adjusted = _adjusted(areas, persons)
    table = _answer_table(areas, persons, adjusted, answers)
    folder = settings.snapshot_dir
    folder.mkdir(parents=True, exist_ok=True)
    scratch = Path(mkdtemp(dir=folder, prefix=".taking-"))
    manifest = write_snapshot(
        scratch / "snapshot",
        table,
        name=campaign_code,
        created=datetime.now(UTC).isoformat(timespec="seconds"),
        design=DesignColumns(
            weights="weight", strata=("stratum",), psu=("psu",), lonely_psu="adjust"
        ),
        variables=_variables(stored.questionnaire, list(numbers)),
        weight_steps=_steps(persons, adjusted),
        drawn=_drawn_table(areas, table),
    )
    if not (folder / manifest.digest).exists():
        # The digest covers everything: what is there under the same name is the same.
        (scratch / "snapshot").rename(folder / manifest.digest)
    shutil.rmtree(scratch)
    return manifest


def _adjusted(areas: Sequence[DrawnArea], persons: Sequence[DrawnPerson]) -> AdjustedWeights:
    stratum = {area.id: area.stratum for area in areas}
    return adjust_for_nonresponse(
        pa.table(
            {
                "area": [person.area_id for person in persons],
                "stratum": [stratum[person.area_id] for person in persons],
                "weight": [person.base_weight for person in persons],
                "outcome": [_outcome(person.disposition) for person in persons],
            }
        ),
        weights="weight",
        disposition="outcome",
        classes="area",
        fallback="stratum",
        min_respondents=MIN_RESPONDENTS_PER_AREA,
    )


def _outcome(disposition: str | None) -> str:
    # A person without a disposition was not attempted: eligibility unknown.
    return OUTCOME[Disposition(disposition).group if disposition else Group.UNKNOWN_ELIGIBILITY]


def _answer_table(
    areas: Sequence[DrawnArea],
    persons: Sequence[DrawnPerson],
    adjusted: AdjustedWeights,
    answers: CodedAnswers,
) -> pa.Table:
    weight: Counter[int] = Counter()
    interviews: Counter[int] = Counter()
    for person, value, responded in zip(persons, adjusted.weights, adjusted.responded, strict=True):
        if responded:
            weight[person.area_id] += value
            interviews[person.area_id] += 1
    sheets = Counter(answers.area_ids.tolist())
    for area in areas:
        if sheets[area.id] != interviews[area.id]:
            raise ServiceError(
                "snapshot-mismatch",
                area=area.unit_code,
                sheets=sheets[area.id],
                interviews=interviews[area.id],
            )
    by_id = {area.id: area for area in areas}
    rows = [by_id[int(area_id)] for area_id in answers.area_ids]
    depth = max(len(area.ancestors) for area in areas)
    columns: dict[str, pa.Array] = {
        "stratum": pa.array([_stratum(area) for area in rows]),
        "psu": pa.array(
            [
                f"{area.unit_code}/{row}" if area.is_certainty else area.unit_code
                for row, area in enumerate(rows)
            ]
        ),
        "weight": pa.array([weight[area.id] / interviews[area.id] for area in rows]),
        "domain": pa.array([area.stratum for area in rows]),
        "unit": pa.array([area.unit_code for area in rows]),
    }
    for level in range(depth):
        columns[f"unit_level_{level}"] = pa.array(
            [area.ancestors[level] if level < len(area.ancestors) else None for area in rows]
        )
    for code, values in answers.items.items():
        columns[code] = pa.array(values, mask=np.asarray(values == NO_ANSWER))
    return pa.table(columns)


def _stratum(area: DrawnArea) -> str:
    return f"{area.stratum}/{area.unit_code}" if area.is_certainty else area.stratum


def _drawn_table(areas: Sequence[DrawnArea], answers: pa.Table) -> pa.Table:
    """Return every first-stage unit that was drawn, also where nobody answered."""
    seen = dict.fromkeys(
        zip(answers["stratum"].to_pylist(), answers["psu"].to_pylist(), strict=True)
    )
    seen.update(
        dict.fromkeys((_stratum(area), area.unit_code) for area in areas if not area.is_certainty)
    )
    return pa.table({"stratum": [pair[0] for pair in seen], "psu": [pair[1] for pair in seen]})


def _variables(questionnaire: Questionnaire, codes: Sequence[str]) -> list[Variable]:
    return [
        Variable(
            name=code,
            label=questionnaire.item(code).text.vi,
            codes=_codes(questionnaire.item(code)),
        )
        for code in codes
    ]


def _codes(item: Item) -> dict[str, str]:
    """Return what each stored code of an item means."""
    match item.type:
        case ItemType.RATING5:
            codes = {str(level): text("vi", f"poster-face-{level}") for level in range(1, 6)}
        case ItemType.YES_NO:
            codes = {"1": text("vi", "citizen-yes"), "0": text("vi", "citizen-no")}
        case _:
            codes = {str(option.code): option.label.vi for option in item.options}
    if item.no_opinion:
        codes[str(NO_OPINION)] = text("vi", "citizen-no-opinion")
    return codes


def _steps(persons: Sequence[DrawnPerson], adjusted: AdjustedWeights) -> list[WeightStep]:
    base = np.array([person.base_weight for person in persons])
    known = np.array([_outcome(person.disposition) != "unknown" for person in persons])
    steps = [
        WeightStep("base-weight", {"formula": "1 / inclusion probability", **_diagnostics(base)})
    ]
    for name in dict.fromkeys(factor.step for factor in adjusted.factors):
        factors = [factor for factor in adjusted.factors if factor.step == name]
        by_area = {factor.label: factor.factor for factor in factors}
        base = base * np.array([by_area[person.area_id] for person in persons])
        carrying = known if name == "unknown-eligibility" else adjusted.responded
        steps.append(
            WeightStep(
                name,
                {
                    "classes": "area, else stratum",
                    "min_respondents": MIN_RESPONDENTS_PER_AREA,
                    "largest_factor": max(factor.factor for factor in factors),
                    "smallest_factor": min(factor.factor for factor in factors),
                    "merged_classes": sum(factor.merged for factor in factors),
                    **_diagnostics(base[carrying]),
                },
            )
        )
    return steps


def _diagnostics(weights: npt.NDArray[np.float64]) -> dict[str, float]:
    """Return what a step left: cases, sum, extremes, and Kish's 1 + cv² (1965, §11.2C)."""
    return {
        "cases": len(weights),
        "sum": float(weights.sum()),
        "smallest": float(weights.min()),
        "largest": float(weights.max()),
        "kish": float(len(weights) * (weights**2).sum() / weights.sum() ** 2),
    }
