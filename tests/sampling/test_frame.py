"""A frame tells all its faults at once, loses no row, and has a digest anyone can compute."""

import hashlib
import unicodedata

import numpy as np
import pyarrow as pa
import pytest

from sampling import Frame, FrameError


def codes(error):
    return [(fault.row, fault.field, fault.code) for fault in error.value.faults]


def test_every_fault_is_reported_at_once_by_row():
    with pytest.raises(FrameError) as caught:
        Frame.from_columns(
            ["a", "b", "a", "", unicodedata.normalize("NFD", "Sa Pả"), "c ", "d"],
            stratum=["x", "x", "x", "x", "x", "x", None],
            size=[1, 0, -2, 3, None, "ten", float("inf")],
        )
    assert codes(caught) == [
        (4, "unit", "unit-missing"),
        (5, "unit", "text-not-nfc"),
        (6, "unit", "text-not-plain"),
        (3, "unit", "unit-duplicate"),
        (7, "stratum", "stratum-missing"),
        (6, "size", "not-a-number"),
        (2, "size", "size-not-positive"),
        (3, "size", "size-not-positive"),
        (5, "size", "size-missing"),
        (6, "size", "size-missing"),
        (7, "size", "size-not-positive"),
    ]
    assert "already in row 1" in str(caught.value)


def test_a_missing_size_is_a_gap_only_when_excluded_with_a_reason():
    columns = {"stratum": ["n", "n", "s"], "size": [10, None, 5]}
    with pytest.raises(FrameError, match="no size"):
        Frame.from_columns(["1", "2", "3"], **columns)
    with pytest.raises(FrameError, match="no such unit"):
        Frame.from_columns(["1", "2", "3"], **columns, exclude={"2": "split", "9": "?"})
    with pytest.raises(FrameError, match="reason"):
        Frame.from_columns(["1", "2", "3"], **columns, exclude={"2": " "})

    coverage = Frame.from_columns(["1", "2", "3"], **columns, exclude={"2": "split"}).coverage()

    assert (coverage.units, coverage.selectable, coverage.gaps) == (3, 2, (("2", "split"),))
    assert [(s.stratum, s.units, s.selectable, s.size) for s in coverage.strata] == [
        ("n", 2, 1, 10.0),
        ("s", 1, 1, 5.0),
    ]


def test_orphans_are_named():
    communes = Frame.from_columns(["c1", "c2"], name="commune")
    with pytest.raises(FrameError) as caught:
        communes.below("village", ["v1", "v2", "v3"], parent=["c1", "c9", "c2"])
    assert codes(caught) == [(2, "parent", "orphan")]
    assert caught.value.faults[0].unit == "v2"


def test_columns_of_another_length_and_counts_that_are_no_counts_are_refused():
    with pytest.raises(FrameError) as caught:
        Frame.from_columns(["a", "b"], size=[1.0], count=[2.5, 0])
    assert codes(caught) == [
        (None, "size", "column-length"),
        (1, "count", "count-not-usable"),
        (2, "count", "count-not-usable"),
    ]


def test_the_canonical_text_is_as_documented():
    frame = Frame.from_columns(
        ["02", "01"], name="commune", stratum=["Bắc", "Nam"], size=[12.5, None], count=[3, None],
        label=["Y Tý", ""], numbers={"x": [1e-7, 2.0]}, exclude={"01": "cut off by water"},
    ).below("village", ["v1"], parent=["02"])  # fmt: skip
    assert frame.to_text() == (
        "survey-frame\t1\n"
        "level\tcommune\t2\n"
        "unit\tstratum\tlabel\tsize\tcount\tx\texcluded\n"
        "02\tBắc\tY Tý\t12.5\t3\t1e-07\t\n"
        "01\tNam\t\t\t0\t2\tcut off by water\n"
        "level\tvillage\t1\n"
        "unit\tparent\n"
        "v1\t02\n"
    )
    assert frame.digest == hashlib.sha256(frame.to_text().encode()).hexdigest()
    assert Frame.from_text(frame.to_text()).digest == frame.digest


def test_the_container_of_a_column_does_not_matter():
    plain = Frame.from_columns([1, 2, 3], stratum=["a", "b", "a"], size=[1, 2, 3])
    for convert in (np.array, pa.array):
        same = Frame.from_columns(
            convert([1, 2, 3]), stratum=convert(["a", "b", "a"]), size=convert([1.0, 2.0, 3.0])
        )
        assert same.digest == plain.digest


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        ("survey-frame\t1\nlevel\tunit\t2\nunit\na\n", 2),
        ("survey-frame\t1\nlevel\tunit\t1\nunit\tsize\na\n", 4),
        ("survey-frame\t1\nlevel\tunit\t1\nunit\tsize\na\tmany\n", 4),
    ],
)
def test_broken_canonical_text_is_refused_with_its_line(text, line):
    with pytest.raises(FrameError) as caught:
        Frame.from_text(text)
    assert caught.value.faults[0].row == line
