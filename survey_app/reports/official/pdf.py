"""An official report as PDF. Its words reach typst as JSON data, never as markup."""

from __future__ import annotations

import json
from typing import Any, Final

import typst

from survey_app.reports.official.document import (
    BODY_PT,
    MARGINS_MM,
    Block,
    Bullets,
    Grid,
    Heading,
    OfficialReport,
    Paragraph,
    Picture,
)
from survey_app.settings import PROJECT_ROOT
from survey_app.text import text

FONTS: Final = PROJECT_ROOT / "survey_app" / "reports" / "fonts"
CHART_FONTS: Final = PROJECT_ROOT / "survey_app" / "static" / "fonts"
TEMPLATE: Final = PROJECT_ROOT / "templates" / "reports" / "official.typ"
LANGUAGE = "vi"


def as_pdf(report: OfficialReport) -> bytes:
    """Return the report as a tagged PDF with its fonts embedded."""
    frame = report.frame
    number = text(LANGUAGE, "report-number", number=frame.number or "......", symbol=frame.symbol)
    data: dict[str, Any] = {
        "margins": MARGINS_MM,
        "size": BODY_PT,
        "authority": frame.authority,
        "issuer": frame.issuer,
        "number": number,
        "place_date": f"{frame.place}, {frame.date or text(LANGUAGE, 'report-blank-date')}",
        "kind": report.kind,
        "subject": report.subject,
        "mark": report.mark,
        "blocks": [_block(block) for block in report.blocks],
        "appendices": [_block(block) for block in report.appendices],
        "recipients_title": text(LANGUAGE, "report-recipients"),
        "recipients": list(frame.recipients),
        "signer_title": frame.signer_title,
        "signer_name": frame.signer_name,
    }
    return bytes(
        typst.compile(
            TEMPLATE,
            font_paths=[FONTS, CHART_FONTS],
            ignore_system_fonts=True,
            format="pdf",
            pdf_standards="ua-1",
            sys_inputs={"data": json.dumps(data, ensure_ascii=False)},
        )
    )


def _block(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"kind": "heading", "text": block.text, "level": block.level}
        case Paragraph():
            return {"kind": "paragraph", "text": block.text}
        case Bullets():
            return {"kind": "bullets", "items": list(block.items)}
        case Grid():
            widths = block.widths or tuple(1.0 for _ in block.header)
            return {
                "kind": "grid",
                "caption": block.caption,
                "header": list(block.header),
                "rows": [list(row) for row in block.texts],
                "numbers": [column in block.numbers for column in range(len(block.header))],
                "widths": [f"{width}" for width in widths],
            }
        case Picture():
            return {
                "kind": "picture",
                "svg": block.svg,
                "alt": block.alt,
                "caption": block.caption,
            }
