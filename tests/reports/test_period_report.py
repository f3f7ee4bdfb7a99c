"""The report of a period: its figures are the stored ones, its layout the official one."""

from __future__ import annotations

import io
import shutil
import subprocess
import zipfile
from datetime import date
from pathlib import Path

import docx
import openpyxl
import pytest

from survey_app.domain.plan_reporting import Period
from survey_app.domain.publication import InterviewFigures
from survey_app.reports.numbers import percent
from survey_app.reports.official.document import OfficialReport
from survey_app.reports.official.docx import as_docx
from survey_app.reports.official.pdf import as_pdf
from survey_app.reports.official.xlsx import as_xlsx
from survey_app.reports.period_report import ReportHead, period_report
from survey_app.reports.report_files import gather, official_day
from survey_app.services.errors import NotFoundError
from survey_app.store.queries.publications import published_campaign
from survey_app.store.session import Database

ROUND = "mo-phong-ho"
MARK = "DỮ LIỆU MÔ PHỎNG"
HEAD = ReportHead("152", official_day(date(2021, 3, 25)), "Nguyễn Văn A")
SOFFICE = shutil.which("soffice")


@pytest.fixture
def report(played: Database) -> OfficialReport:
    with played.transaction() as session:
        return period_report(gather(session, 2021, Period.Q1, ROUND, date(2021, 4, 12)), HEAD)


def words_of(content: bytes) -> str:
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def test_the_headline_is_the_stored_figure(report: OfficialReport, played: Database) -> None:
    with played.transaction() as session:
        found = published_campaign(session, ROUND)
    assert found is not None
    assert isinstance(found.figures, InterviewFigures)
    whole = found.figures.select("share", "hai_long_chung")
    assert whole is not None
    words = words_of(as_docx(report))
    for value in (whole.estimate, whole.ci_low, whole.ci_high):
        assert percent(value, "vi") in words
    assert found.figures.snapshot in words


def test_every_task_and_every_unit_stands_in_an_appendix(report: OfficialReport) -> None:
    sizes = {grid.name: len(grid.texts) for grid in report.grids()}
    assert sizes["Nhiem vu"] == 39
    assert sizes["Don vi"] == 1 + 9


def test_the_layout_is_that_of_official_documents(report: OfficialReport) -> None:
    content = as_docx(report)
    section = docx.Document(io.BytesIO(content)).sections[0]
    sides = (section.page_width, section.page_height, section.left_margin, section.right_margin)
    assert [round(side.mm) for side in sides if side] == [210, 297, 30, 15]
    words = words_of(content)
    for part in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "ỦY BAN NHÂN DÂN TỈNH LÀO CAI",
        "Chỉ số PAPI Quý I năm 2021",
        "Số: 152/BC-SNV",
        "Lào Cai, ngày 25 tháng 3 năm 2021",
        "Nơi nhận:",
        "GIÁM ĐỐC",
        "Nguyễn Văn A",
    ):
        assert part in words


def test_simulated_figures_are_marked_in_every_kind_of_file(report: OfficialReport) -> None:
    assert MARK in report.mark
    with zipfile.ZipFile(io.BytesIO(as_docx(report))) as archive:
        footers = [n for n in archive.namelist() if "footer" in n]
        assert any(MARK in archive.read(name).decode() for name in footers)
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(report)))
    for sheet in book.worksheets:
        assert MARK in str(sheet["A2"].value)


def test_the_workbook_holds_unrounded_figures(report: OfficialReport, played: Database) -> None:
    with played.transaction() as session:
        found = published_campaign(session, ROUND)
    assert found is not None
    assert isinstance(found.figures, InterviewFigures)
    stored = {f.estimate for f in found.figures.figures if f.variable == "hai_long_chung"}
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(report)))
    shown = [row[1].value for row in book["Don vi"].iter_rows(min_row=5)]
    assert len(shown) == 10
    assert set(shown) <= stored


def test_the_pdf_has_its_pages_and_fonts(report: OfficialReport) -> None:
    content = as_pdf(report)
    assert content.startswith(b"%PDF-")
    assert b"Tinos" in content


def test_without_a_survey_it_says_so_and_is_not_marked(laocai: Database) -> None:
    with laocai.transaction() as session:
        matter = gather(session, 2021, Period.HALF, None, date(2021, 7, 1))
    report = period_report(matter, ReportHead())
    assert report.mark == ""
    words = words_of(as_docx(report))
    assert "không sử dụng đợt khảo sát nào" in words
    assert "Chưa có văn bản đặt hạn" in words


def test_what_does_not_exist_is_told(laocai: Database) -> None:
    with laocai.transaction() as session:
        with pytest.raises(NotFoundError):
            gather(session, 1999, Period.Q1, None, date(2021, 7, 1))
        with pytest.raises(NotFoundError):
            gather(session, 2021, Period.Q1, "gone", date(2021, 7, 1))


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2021, 1, 5), "ngày 05 tháng 01 năm 2021"),
        (date(2021, 3, 5), "ngày 05 tháng 3 năm 2021"),
        (date(2021, 12, 25), "ngày 25 tháng 12 năm 2021"),
    ],
)
def test_days_are_written_as_decree_30_asks(day: date, written: str) -> None:
    assert official_day(day) == written


@pytest.mark.skipif(SOFFICE is None, reason="LIBREOFFICE TEST DID NOT RUN: no soffice here")
def test_libreoffice_opens_the_document(report: OfficialReport, tmp_path: Path) -> None:
    source = tmp_path / "report.docx"
    source.write_bytes(as_docx(report))
    profile = f"-env:UserInstallation=file://{tmp_path}/profile"
    subprocess.run(
        [SOFFICE, profile, "--headless", "--convert-to", "pdf", "--outdir", tmp_path, source],
        check=True,
        capture_output=True,
        timeout=120,
    )
    assert (tmp_path / "report.pdf").read_bytes().startswith(b"%PDF-")
