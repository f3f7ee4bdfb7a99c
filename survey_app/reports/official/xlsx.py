"""The tables of an official report as a workbook: the very figures, unrounded."""

from __future__ import annotations

import io

import xlsxwriter

from survey_app.reports.official.document import OfficialReport

LONGEST_NAME = 31


def as_xlsx(report: OfficialReport) -> bytes:
    """Return one sheet for each table of the report; texts are never formulas."""
    out = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as book:
        bold = book.add_format({"bold": True, "text_wrap": True, "valign": "top"})
        wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        for grid in report.grids():
            sheet = book.add_worksheet(grid.name[:LONGEST_NAME])
            sheet.write_string(0, 0, grid.caption, bold)
            if report.mark:
                sheet.write_string(1, 0, report.mark, bold)
            for column, name in enumerate(grid.header):
                sheet.write_string(3, column, name, bold)
            for number, row in enumerate(grid.values, start=4):
                for column, value in enumerate(row):
                    if isinstance(value, str):
                        sheet.write_string(number, column, value, wrapped)
                    elif value is not None:
                        sheet.write_number(number, column, value)
            sheet.freeze_panes(4, 1)
            sheet.set_column(0, 0, 36)
            sheet.set_column(1, len(grid.header), 18)
    return out.getvalue()
