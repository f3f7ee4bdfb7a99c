"""A stored questionnaire, read once a process: a version in use never changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from survey_app.domain.questionnaire import Questionnaire
from survey_app.store.tables import QuestionnaireItem, QuestionnaireVersion


@dataclass(frozen=True)
class StoredQuestionnaire:
    """A definition, and the small integers under which its items' answers are stored."""

    id: int
    questionnaire: Questionnaire
    numbers: Mapping[str, int]


# By id and digest: two databases served by one process may number their questionnaires alike.
_read: dict[tuple[int, str], StoredQuestionnaire] = {}


def stored_questionnaire(
    session: Session, questionnaire_id: int, digest: str
) -> StoredQuestionnaire:
    """Return the questionnaire ``questionnaire_id``, whose content has ``digest``."""
    key = (questionnaire_id, digest)
    if key not in _read:
        row = session.get_one(QuestionnaireVersion, questionnaire_id)
        items = session.execute(
            select(QuestionnaireItem.code, QuestionnaireItem.number).where(
                QuestionnaireItem.questionnaire_id == questionnaire_id
            )
        )
        _read[key] = StoredQuestionnaire(
            id=questionnaire_id,
            questionnaire=Questionnaire.model_validate(row.definition),
            numbers={item.code: item.number for item in items},
        )
    return _read[key]
