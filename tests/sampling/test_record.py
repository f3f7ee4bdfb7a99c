"""A draw record redraws to the same sample, and says where it was tampered with."""

import json

import pytest

from sampling import (
    Commitment,
    CommitmentError,
    DrawRecord,
    Frame,
    RecordError,
    Seed,
    SeedError,
    check_seed_is_new,
    draw,
    verify,
)

SECRET = "a secret of enough characters"
SEED = Seed.committed(SECRET, "Xổ số Miền Bắc 23/11/2026: 84512")


@pytest.fixture
def commitment(communes, design):
    return Commitment.of(communes, design, SECRET, "Xổ số Miền Bắc, special prize, 23/11/2026")


@pytest.fixture
def record(communes, design, commitment):
    return DrawRecord.of(draw(communes, design, SEED, commitment), commitment)


def tampered(record, change):
    values = json.loads(record.to_json())
    change(values)
    return verify(DrawRecord.from_json(json.dumps(values)))


def test_an_untouched_record_is_identical(record):
    assert verify(DrawRecord.from_json(record.to_json())).identical


def test_a_swapped_commune_is_found_with_its_row(record):
    def swap(values):
        values["result"][0]["rows"][3][0] = "02600"

    result = tampered(record, swap)
    assert not result.identical
    assert [d.where for d in result.differences] == ["commune row 4", "result"]
    assert result.differences[0].recorded.startswith("02600 ")


@pytest.mark.parametrize(
    ("change", "where"),
    [
        (lambda v: v.update(frame=v["frame"].replace("\t40\t", "\t41\t")), "frame"),
        (lambda v: v["design"]["stages"][1].update(take=11), "design"),
        (lambda v: v["seed"][0].__setitem__(1, "another secret of that length"), "secret_sha256"),
        (lambda v: v["seed"][1].__setitem__(1, "84513"), "commune"),
        (lambda v: v["generator"].update(version=2), "generator"),
        (lambda v: v["result"][1]["rows"][0].__setitem__(4, 0.5), "household row 1"),
        (lambda v: v["result"][1]["rows"].pop(), "household"),
        (lambda v: v.update(result_digest="0" * 64), "result"),
        (lambda v: v.update(frame="survey-frame\t2"), "frame text"),
    ],
)
def test_whatever_is_changed_is_found(record, change, where):
    result = tampered(record, change)
    assert not result.identical
    assert any(d.where.startswith(where) for d in result.differences)


def test_a_frame_kept_apart_must_be_the_same_frame(communes, design):
    record = DrawRecord.of(draw(communes, design, SEED), embed_frame=False)
    assert record.frame_text is None
    assert verify(record, communes).identical
    other = Frame.from_text(communes.to_text().replace("\t40\t", "\t42\t"))
    assert verify(record, other).differences[0].where == "frame"
    assert verify(record).differences[0].where == "frame"


def test_a_frame_or_design_changed_after_the_commitment_is_refused(communes, design, commitment):
    other = Frame.from_text(communes.to_text().replace("\t40\t", "\t41\t"))
    with pytest.raises(CommitmentError) as caught:
        draw(other, design, SEED, commitment)
    assert [fault.field for fault in caught.value.faults] == ["frame_digest"]
    with pytest.raises(CommitmentError) as caught:
        draw(communes, design, Seed.simulation(1), commitment)
    assert [fault.field for fault in caught.value.faults] == ["secret_sha256"]


def test_a_seed_is_used_once(record):
    with pytest.raises(SeedError, match=record.result_digest):
        check_seed_is_new(SEED, [record])
    check_seed_is_new(Seed.committed(SECRET, "another day"), [record])


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "survey-draw/9"}'])
def test_what_is_no_record_is_refused(text):
    with pytest.raises(RecordError):
        DrawRecord.from_json(text)
