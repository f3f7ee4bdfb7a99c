"""Posters: one page each, the code readable by camera and by eye, whatever offices are called."""

from __future__ import annotations

import io
from contextlib import closing

import pypdfium2 as pdfium
import pytest
import zxingcpp
from PIL import Image, ImageFilter

from survey_app.domain.point_code import shown
from survey_app.reports.posters import Paper, poster_pdf
from survey_app.store.queries.point_codes import PointCodeRow

BASE = "https://khaosat.laocai.gov.vn"
MM = 72 / 25.4


def point(code: str = "7K3M2QXC", name: str = "Bộ phận Một cửa phường Duyên Hải") -> PointCodeRow:
    return PointCodeRow(
        code=code,
        is_revoked=False,
        service_point_id=1,
        point_code="mc-1",
        kind="one_stop",
        name_vi=name,
        name_en="One-stop shop of Duyên Hải ward",
        agency_id=1,
        agency_vi="UBND thành phố Lào Cai",
        agency_en="People's Committee of Lào Cai city",
    )


def pages(pdf: bytes, dots_per_inch: int = 150) -> list[Image.Image]:
    with closing(pdfium.PdfDocument(pdf)) as document:
        return [page.render(scale=dots_per_inch / 72).to_pil().convert("RGB") for page in document]


def words(pdf: bytes) -> list[str]:
    with closing(pdfium.PdfDocument(pdf)) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]


def read(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def photographed(picture: Image.Image, *, side: int, turn: float, blur: float) -> Image.Image:
    """The page as a cheap telephone sees it: small, askew, out of focus, heavily compressed."""
    seen = picture.resize((side, side * picture.height // picture.width))
    seen = seen.rotate(turn, expand=True, fillcolor="#b8b0a0", resample=Image.Resampling.BICUBIC)
    seen = seen.filter(ImageFilter.GaussianBlur(blur))
    out = io.BytesIO()
    seen.save(out, "JPEG", quality=12)
    return Image.open(io.BytesIO(out.getvalue()))


@pytest.mark.parametrize(("paper", "millimetres"), [(Paper.A4, (210, 297)), (Paper.A5, (148, 210))])
def test_a_poster_is_one_page_of_its_paper_and_its_code_decodes(
    paper: Paper, millimetres: tuple[int, int]
) -> None:
    pdf = poster_pdf([point()], BASE, paper=paper)
    with closing(pdfium.PdfDocument(pdf)) as document:
        assert len(document) == 1
        assert document[0].get_size() == pytest.approx([side * MM for side in millimetres], abs=1)
    assert read(pages(pdf)[0]) == [f"{BASE}/g/7K3M2QXC"]


@pytest.mark.parametrize("turn", [0, 7, 33, 90, 181])
@pytest.mark.parametrize(("side", "blur"), [(700, 1.2), (420, 0.7), (1200, 2.0)])
def test_the_code_decodes_from_a_poor_photograph(turn: float, side: int, blur: float) -> None:
    (page,) = pages(poster_pdf([point()], BASE))
    assert read(photographed(page, side=side, turn=turn, blur=blur)) == [f"{BASE}/g/7K3M2QXC"]


def test_who_cannot_scan_finds_the_address_and_the_code_in_print() -> None:
    (text,) = words(poster_pdf([point()], BASE))
    assert "khaosat.laocai.gov.vn" in text
    assert shown("7K3M2QXC") in text
    assert "Bộ phận Một cửa phường Duyên Hải" in text
    assert "UBND THÀNH PHỐ LÀO CAI" in text
    assert "Không hỏi tên" in text
    for word in ("Rất không hài lòng", "Bình thường", "Rất hài lòng"):
        assert word in text


def test_one_file_for_a_whole_campaign_keeps_each_code_with_its_office() -> None:
    points = [
        point(code, f"Điểm {n}") for n, code in enumerate(["7K3M2QXC", "G6645BBR", "PCFBCK9B"])
    ]
    pdf = poster_pdf(points, BASE, paper=Paper.A5)
    assert [read(page) for page in pages(pdf)] == [[f"{BASE}/g/{row.code}"] for row in points]
    for row, text in zip(points, words(pdf), strict=True):
        assert row.name_vi in text
        assert shown(row.code) in text


@pytest.mark.parametrize(
    "name",
    [
        '#panic("x") #include "/etc/passwd" *đậm* _nghiêng_ $x^2$ `mã` \\ @cite <nhãn> // hết',
        "Bộ phận Tiếp nhận và Trả kết quả giải quyết thủ tục hành chính " * 6,
        "A" * 300,
        "",
    ],
    ids=["markup", "long", "unbroken", "empty"],
)
def test_a_name_is_text_and_never_a_second_page(name: str) -> None:
    for paper in Paper:
        pdf = poster_pdf([point(name=name)], BASE, paper=paper)
        (page,) = pages(pdf, 100)
        assert read(page) == [f"{BASE}/g/7K3M2QXC"]
    if name.startswith("#"):
        assert '#panic("x")' in words(pdf)[0]


def test_the_poster_speaks_english() -> None:
    (text,) = words(poster_pdf([point()], BASE, language="en"))
    assert "Were you satisfied with the service today?" in text
    assert "One-stop shop of Duyên Hải ward" in text


def test_a_reader_for_the_blind_finds_a_tagged_file_with_fonts_inside() -> None:
    pdf = poster_pdf([point()], BASE)
    assert b"/StructTreeRoot" in pdf
    assert b"pdfuaid" in pdf
    assert b"NotoSans" in pdf
    assert b"/FontFile" in pdf
