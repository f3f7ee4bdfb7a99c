"""Questionnaires (phiếu khảo sát): what is asked, of whom, and what an answer means."""

from survey_app.domain.questionnaire.answers import (
    AnswerFault,
    AnswerSheet,
    relevant_items,
    validate_answers,
)
from survey_app.domain.questionnaire.specification import (
    Condition,
    Item,
    ItemType,
    Measures,
    Option,
    Questionnaire,
    Section,
    Words,
)

__all__ = [
    "AnswerFault",
    "AnswerSheet",
    "Condition",
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
