"""Posters that invite citizens to answer: one page for each service point, ready to print.

The words of offices come from people: they reach typst as JSON data, never as markup.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from enum import StrEnum
from typing import Any, Final

import typst

from survey_app.domain.point_code import shown
from survey_app.reports.faces import LEVELS, face_svg
from survey_app.reports.qr import qr_svg
from survey_app.services.issue_codes import public_address
from survey_app.settings import PROJECT_ROOT
from survey_app.store.queries.point_codes import PointCodeRow
from survey_app.text import DEFAULT_LANGUAGE, translator

FONTS: Final = PROJECT_ROOT / "survey_app" / "static" / "fonts"
_TEMPLATE: Final = PROJECT_ROOT / "templates" / "reports" / "poster.typ"


class Paper(StrEnum):
    """The sizes that offices print."""

    A4 = "a4"
    A5 = "a5"


def poster_pdf(
    points: Sequence[PointCodeRow],
    base_url: str,
    *,
    paper: Paper = Paper.A4,
    language: str = DEFAULT_LANGUAGE,
) -> bytes:
    """Return one PDF with a poster for each of ``points``.

    Parameters
    ----------
    points : sequence of PointCodeRow
        Codes in use, as ``issue_codes`` and ``codes_in_use`` return them; at least one.
    base_url : str
        The product's public address (``Settings.base_url``), printed and encoded.
    paper : Paper
    language : str
        Of the words; the office's name is taken in the same language.

    Returns
    -------
    bytes
        A tagged PDF with its fonts embedded.
    """
    say = translator(language)
    steps = ("scan", "choose", "send")
    data: dict[str, Any] = {
        "paper": paper.value,
        "language": language,
        "title": say("poster-title"),
        "question": say("poster-question"),
        "purpose": say("poster-purpose"),
        "steps": [say(f"poster-step-{step}") for step in steps],
        "no_camera": say("poster-no-camera"),
        "enter_code": say("poster-enter-code"),
        "qr_alt": say("poster-qr-alt"),
        "privacy": say("poster-privacy"),
        "faces": [
            {"svg": face_svg(level), "word": say(f"poster-face-{level}")} for level in LEVELS
        ],
        "site": base_url.partition("://")[2],
        "posters": [
            {
                "agency": point.agency_vi if language == "vi" else point.agency_en,
                "point": point.name_vi if language == "vi" else point.name_en,
                "code": shown(point.code),
                "qr": qr_svg(public_address(base_url, point.code)).decode(),
            }
            for point in points
        ],
    }
    return bytes(
        typst.compile(
            _TEMPLATE,
            font_paths=[FONTS],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards="ua-1",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    )
