"""Files that leave the product: texts stay texts, numbers are the stored ones."""

from __future__ import annotations

import csv
import io

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from survey_app.reports.tables import Table, as_csv, as_xlsx

HOSTILE = ["=1+1", "+cmd", "-2", "@SUM(A1)", "\tx", '=HYPERLINK("http://x")']


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_of_a_csv_is_a_formula(text: str) -> None:
    table = Table(((text, text),), (text,), ((text, 1.5, None),))
    cells = [c for row in csv.reader(io.StringIO(as_csv(table).decode("utf-8-sig"))) for c in row]
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]


@given(st.lists(st.sampled_from([*HOSTILE, "Bát Xát", ""]), min_size=1, max_size=5))
def test_no_cell_of_a_workbook_is_a_formula(texts: list[str]) -> None:
    table = Table((("a", texts[0]),), tuple(texts), (tuple(texts),))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(table)))
    assert book.active is not None
    cells = [cell for row in book.active.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s"}


def test_numbers_are_kept_to_the_last_digit() -> None:
    value = 0.8412345678901234
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx(Table((), ("x",), ((value,),)))))
    assert book.active is not None
    assert book.active["A3"].value == pytest.approx(value, rel=1e-15)
    assert str(value) in as_csv(Table((), ("x",), ((value,),))).decode("utf-8-sig")
