"""An official report as DOCX, to be edited before it is signed."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import Any

import vl_convert
from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.table import Table
from docx.text.paragraph import Paragraph as DocxParagraph

from survey_app.reports.official.document import (
    BODY_PT,
    MARGINS_MM,
    Block,
    Bullets,
    Frame,
    Grid,
    Heading,
    OfficialReport,
    Paragraph,
    Picture,
)
from survey_app.text import text

FONT = "Times New Roman"
LANGUAGE = "vi"
NATION = ("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc")
PICTURE_MM = 130
WIDE_COLUMNS = 6

CENTER, JUSTIFY, RIGHT = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
    WD_ALIGN_PARAGRAPH.RIGHT,
)


def as_docx(report: OfficialReport) -> bytes:
    """Return the report as a DOCX file."""
    document = Document()
    _page(document)
    _running_lines(document, report.mark)
    _top(document, report.frame)
    _centred(document, report.kind, bold=True, before=18)
    _centred(document, report.subject, bold=True, after=4)
    _centred(document, "_______________", after=10)
    for block in report.blocks:
        _block(document, block)
    _signature(document, report.frame)
    if report.appendices:
        document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
        for block in report.appendices:
            _block(document, block)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.orientation = WD_ORIENT.PORTRAIT
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(MARGINS_MM["top"]), Mm(MARGINS_MM["bottom"])
    section.left_margin, section.right_margin = Mm(MARGINS_MM["left"]), Mm(MARGINS_MM["right"])
    style = document.styles["Normal"]
    style.font.name, style.font.size = FONT, Pt(BODY_PT)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), FONT)
    for level in (1, 2):
        heading = document.styles[f"Heading {level}"]
        heading.font.name, heading.font.size = FONT, Pt(BODY_PT)
        heading.font.bold, heading.font.color.rgb = True, None
        fonts = heading.element.rPr.rFonts
        for name in list(fonts.attrib):  # a theme's font would win over a named one
            del fonts.attrib[name]
        for script in ("ascii", "hAnsi", "cs", "eastAsia"):
            fonts.set(qn(f"w:{script}"), FONT)


def _running_lines(document: Any, mark: str) -> None:
    """Number the pages at the top, and print the mark of simulated figures below."""
    section = document.sections[0]
    section.different_first_page_header_footer = True
    header = section.header.paragraphs[0]
    header.alignment = CENTER
    for kind, content in (("begin", None), (None, "PAGE"), ("end", None)):
        run = header.add_run()
        if kind is not None:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        else:
            element = OxmlElement("w:instrText")
            element.text = content
        run._r.append(element)
    if mark:
        for footer in (section.footer, section.first_page_footer):
            line = footer.paragraphs[0]
            line.alignment = CENTER
            line.add_run(mark).bold = True


def _top(document: Any, frame: Frame) -> None:
    table = document.add_table(rows=2, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    _widths(table, (65, 100))
    left, right = table.rows[0].cells
    _line(left.paragraphs[0], frame.authority, 12)
    _line(left.add_paragraph(), frame.issuer, 13, bold=True)
    _line(left.add_paragraph(), "_______", 13)
    _line(right.paragraphs[0], NATION[0], 12, bold=True)
    _line(right.add_paragraph(), NATION[1], 13, bold=True)
    _line(right.add_paragraph(), "____________________", 13)
    number = text(LANGUAGE, "report-number", number=frame.number or "      ", symbol=frame.symbol)
    left, right = table.rows[1].cells
    _line(left.paragraphs[0], number, 13)
    day = frame.date or text(LANGUAGE, "report-blank-date")
    _line(right.paragraphs[0], f"{frame.place}, {day}", 14, italic=True)


def _line(
    paragraph: DocxParagraph, content: str, size: int, *, bold: bool = False, italic: bool = False
) -> None:
    paragraph.alignment = CENTER
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(content)
    run.font.size, run.bold, run.italic = Pt(size), bold, italic


def _centred(
    document: Any, content: str, *, bold: bool = False, before: int = 0, after: int = 0
) -> None:
    paragraph = document.add_paragraph()
    _line(paragraph, content, BODY_PT, bold=bold)
    paragraph.paragraph_format.space_before = Pt(before)
    paragraph.paragraph_format.space_after = Pt(after)


def _block(document: Any, block: Block) -> None:
    match block:
        case Heading():
            document.add_heading(block.text, block.level)
        case Paragraph():
            paragraph = document.add_paragraph(block.text)
            paragraph.alignment = JUSTIFY
            paragraph.paragraph_format.first_line_indent = Mm(10)
            paragraph.paragraph_format.space_after = Pt(6)
        case Bullets():
            for item in block.items:
                paragraph = document.add_paragraph(f"- {item}")
                paragraph.alignment = JUSTIFY
                paragraph.paragraph_format.first_line_indent = Mm(10)
                paragraph.paragraph_format.space_after = Pt(4)
        case Grid():
            _grid(document, block)
        case Picture():
            _picture(document, block)


def _grid(document: Any, grid: Grid) -> None:
    caption = document.add_paragraph()
    caption.paragraph_format.keep_with_next = True
    caption.paragraph_format.space_before = Pt(6)
    caption.paragraph_format.space_after = Pt(3)
    caption.add_run(grid.caption).bold = True
    table = document.add_table(rows=1, cols=len(grid.header))
    table.style = "Table Grid"
    size = 11 if len(grid.header) >= WIDE_COLUMNS else 12
    _row(table, 0, grid.header, size, frozenset(), bold=True)
    properties = table.rows[0]._tr.get_or_add_trPr()
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    properties.append(repeat)
    for number, row in enumerate(grid.texts, start=1):
        table.add_row()
        _row(table, number, row, size, grid.numbers)
    if grid.widths:
        _widths(table, grid.widths)
    document.add_paragraph().paragraph_format.space_after = Pt(0)


def _widths(table: Table, millimetres: Sequence[float]) -> None:
    """Set widths on columns and cells alike: programs differ in which they heed."""
    table.autofit = False
    for column, width in zip(table.columns, millimetres, strict=True):
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)


def _row(
    table: Table,
    number: int,
    row: tuple[str, ...],
    size: int,
    numbers: frozenset[int],
    *,
    bold: bool = False,
) -> None:
    for column, (cell, content) in enumerate(zip(table.rows[number].cells, row, strict=True)):
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_after = Pt(0)
        if column in numbers:
            paragraph.alignment = RIGHT
        elif bold:
            paragraph.alignment = CENTER
        run = paragraph.add_run(content)
        run.font.size, run.bold = Pt(size), bold


def _picture(document: Any, picture: Picture) -> None:
    image = vl_convert.svg_to_png(picture.svg, scale=2.5)
    paragraph = document.add_paragraph()
    paragraph.alignment = CENTER
    paragraph.paragraph_format.keep_with_next = True
    drawn = paragraph.add_run().add_picture(io.BytesIO(image), width=Mm(PICTURE_MM))
    drawn._inline.docPr.set("descr", picture.alt)
    caption = document.add_paragraph()
    caption.alignment = CENTER
    caption.add_run(picture.caption).italic = True


def _signature(document: Any, frame: Frame) -> None:
    document.add_paragraph()
    table = document.add_table(rows=1, cols=2)
    left, right = table.rows[0].cells
    head = left.paragraphs[0]
    head.paragraph_format.space_after = Pt(0)
    run = head.add_run(text(LANGUAGE, "report-recipients"))
    run.bold, run.italic, run.font.size = True, True, Pt(12)
    for recipient in frame.recipients:
        line = left.add_paragraph()
        line.paragraph_format.space_after = Pt(0)
        line.add_run(f"- {recipient};").font.size = Pt(11)
    _line(right.paragraphs[0], frame.signer_title, BODY_PT, bold=True)
    for _ in range(4):
        _line(right.add_paragraph(), "", BODY_PT)
    _line(right.add_paragraph(), frame.signer_name, BODY_PT, bold=True)
