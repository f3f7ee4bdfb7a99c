"""The printed code decodes with a reader that is not the writer's (ZXing)."""

from __future__ import annotations

import io

import pytest
import zxingcpp
from PIL import Image

from survey_app.reports.qr import qr_png, qr_svg

ADDRESS = "https://khaosat.laocai.gov.vn/g/7K3M2QXC"


def read(picture: Image.Image) -> list[str]:
    return [found.text for found in zxingcpp.read_barcodes(picture)]


def test_the_png_decodes_to_the_address() -> None:
    picture = Image.open(io.BytesIO(qr_png(ADDRESS)))
    assert read(picture.convert("L")) == [ADDRESS]
    assert 1000 <= picture.width <= 1400
    assert picture.width == picture.height


@pytest.mark.parametrize("side", [100, 600, 3000])
def test_the_png_comes_near_the_size_asked(side: int) -> None:
    picture = Image.open(io.BytesIO(qr_png(ADDRESS, side)))
    assert picture.width == pytest.approx(side, rel=0.25)
    assert read(picture.convert("L")) == [ADDRESS]


def test_the_error_correction_restores_a_covered_corner() -> None:
    picture = Image.open(io.BytesIO(qr_png(ADDRESS))).convert("L")
    stain = picture.width // 6
    picture.paste(
        255,
        (
            picture.width // 2,
            picture.width // 2,
            picture.width // 2 + stain,
            picture.width // 2 + stain,
        ),
    )
    assert read(picture) == [ADDRESS]


def test_the_svg_scales_and_holds_nothing_active() -> None:
    svg = qr_svg(ADDRESS).decode()
    assert "viewBox" in svg
    assert "width=" not in svg.partition(">")[0].replace("stroke-width", "")
    assert not any(word in svg for word in ("<script", "href", "onload", "<style"))


def test_the_same_address_gives_the_same_picture() -> None:
    assert qr_png(ADDRESS) == qr_png(ADDRESS)
    assert qr_svg(ADDRESS) == qr_svg(ADDRESS)
