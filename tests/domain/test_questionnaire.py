"""Questionnaires: what may be answered, what is asked, and what a definition may not say."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from survey_app.domain.questionnaire import (
    Questionnaire,
    relevant_items,
    validate_answers,
)


def words(text: str) -> dict[str, str]:
    return {"vi": text, "en": text}


def definition(**changes: Any) -> dict[str, Any]:
    items = [
        {"code": "used", "type": "yes_no", "text": words("used?"), "required": True},
        {
            "code": "overall",
            "type": "rating5",
            "text": words("overall?"),
            "required": True,
            "relevant": {"item": "used", "is_in": [1]},
        },
        {
            "code": "why",
            "type": "many_choices",
            "text": words("why?"),
            "options": [{"code": c, "label": words(str(c))} for c in (1, 2, 3)],
            "relevant": {"item": "overall", "is_in": [1, 2]},
        },
        {"code": "days", "type": "number", "text": words("days?"), "minimum": 0, "maximum": 30},
        {"code": "note", "type": "open_text", "text": words("note?"), "max_length": 10},
    ]
    base = {
        "code": "test",
        "version": 1,
        "title": words("t"),
        "intro": words("i"),
        "source": "test",
        "sections": [{"code": "one", "title": words("s"), "items": items}],
    }
    return {**base, **changes}


FORM = Questionnaire.model_validate(definition())


def faults(**raw: list[str]) -> dict[str, str]:
    return {fault.item: fault.key for fault in validate_answers(FORM, raw)[1]}


def test_valid_answers_become_integers_and_words() -> None:
    sheet, found = validate_answers(
        FORM, {"used": ["1"], "overall": ["2"], "why": ["3", "1"], "note": [" chào "]}
    )
    assert found == ()
    assert sheet.coded == {"used": (1,), "overall": (2,), "why": (1, 3)}
    assert sheet.words == {"note": "chào"}


def test_what_is_not_asked_is_not_kept() -> None:
    sheet, found = validate_answers(FORM, {"used": ["0"], "overall": ["1"], "why": ["1"]})
    assert found == ()
    assert sheet.coded == {"used": (0,)}


def test_routing_follows_kept_answers_only() -> None:
    asked = relevant_items(FORM, {"used": (0,), "overall": (1,)})
    assert [item.code for item in asked] == ["used", "days", "note"]


def test_required_items_are_asked_for_when_relevant_only() -> None:
    assert faults() == {"used": "answer-required"}
    assert faults(used=["1"]) == {"overall": "answer-required"}
    assert faults(used=["0"]) == {}


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        ({"used": ["7"]}, "answer-not-offered"),
        ({"used": ["1", "0"]}, "answer-one-only"),
        ({"used": ["-1"]}, "answer-not-offered"),
        ({"used": ["1e3"]}, "answer-not-offered"),
        ({"used": ["१"]}, "answer-not-offered"),
    ],
)
def test_answers_that_were_not_offered_are_told(raw: dict[str, list[str]], key: str) -> None:
    assert validate_answers(FORM, raw)[1][0].key == key


def test_numbers_and_words_have_bounds() -> None:
    assert faults(used=["0"], days=["31"]) == {"days": "answer-number"}
    assert faults(used=["0"], days=["9" * 400]) == {"days": "answer-number"}
    assert faults(used=["0"], note=["x" * 11]) == {"note": "answer-too-long"}


@given(
    st.dictionaries(
        st.sampled_from([item.code for item in FORM.items] + ["stranger"]),
        st.lists(st.text(max_size=12), max_size=3),
    )
)
def test_whatever_is_sent_only_offered_answers_are_kept(raw: dict[str, list[str]]) -> None:
    sheet, found = validate_answers(FORM, raw)
    for code, values in sheet.coded.items():
        item = FORM.item(code)
        allowed = item.allowed
        assert all(v in allowed if allowed is not None else 0 <= v <= 30 for v in values)
    assert set(sheet.coded) | set(sheet.words) <= {
        item.code for item in relevant_items(FORM, sheet.coded)
    }
    assert {fault.item for fault in found}.isdisjoint({*sheet.coded, *sheet.words})


def test_the_digest_depends_on_content_only() -> None:
    assert Questionnaire.model_validate(definition()).digest() == FORM.digest()
    assert Questionnaire.model_validate(definition(version=2)).digest() != FORM.digest()


@pytest.mark.parametrize(
    ("item", "problem"),
    [
        ({"code": "a", "type": "single_choice", "text": words("a")}, "two options"),
        ({"code": "a", "type": "rating5", "text": {"vi": "a"}}, "en"),
        (
            {
                "code": "a",
                "type": "rating5",
                "text": words("a"),
                "relevant": {"item": "b", "is_in": [1]},
            },
            "not asked before it",
        ),
        (
            {
                "code": "a",
                "type": "rating5",
                "text": words("a"),
                "measures": [{"instrument": "sipas", "factor": "x"}],
            },
            "unknown factor",
        ),
        ({"code": "a", "type": "rating5", "text": words("a"), "wording": "official"}, "source"),
        ({"code": "a", "type": "rating5", "text": words("a"), "surprise": 1}, "surprise"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(item: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValidationError, match=problem):
        Questionnaire.model_validate(
            definition(sections=[{"code": "one", "title": words("s"), "items": [item]}])
        )
