"""Questionnaires (phiếu khảo sát): what is asked, of whom, and what an answer means."""

from survey_app.domain.questionnaire.answers import (
    AnswerFault,
    AnswerSheet,
    relevant_items,
    validate_answers,
)
from survey_app.domain.questionnaire.consistency import InconsistentError
from survey_app.domain.questionnaire.items import (
    Condition,
    Factor,
    Item,
    ItemType,
    Measures,
    Option,
    Section,
    Words,
)
from survey_app.domain.questionnaire.specification import Questionnaire

__all__ = [
    "AnswerFault",
    "AnswerSheet",
    "Condition",
    "Factor",
    "InconsistentError",
    "Item",
    "ItemType",
    "Measures",
    "Option",
    "Questionnaire",
    "Section",
    "Words",
    "relevant_items",
    "validate_answers",
]
