"""Packs: the two that ship are whole, and a faulty one is told by file and line."""

from __future__ import annotations

import shutil
import unicodedata
from collections import Counter
from pathlib import Path

import pytest

from survey_app.domain.pack import Pack, PackError, read_pack
from survey_app.settings import PROJECT_ROOT

PACKS = PROJECT_ROOT / "survey_app" / "packs"


@pytest.fixture(scope="module")
def old() -> Pack:
    return read_pack(PACKS / "laocai-2021")


@pytest.fixture(scope="module")
def new() -> Pack:
    return read_pack(PACKS / "laocai-2025")


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(PACKS, tmp_path / "packs")
    return tmp_path / "packs" / "laocai-2021"


def children(pack: Pack, code: str | None) -> list[str]:
    return [unit.code for unit in pack.units if unit.parent_code == code]


def test_lao_cai_2021_has_nine_districts_and_152_communes(old: Pack) -> None:
    assert children(old, None) == ["10"]
    districts = children(old, "10")
    assert len(districts) == 9
    assert sum(len(children(old, code)) for code in districts) == 152


def test_lao_cai_2025_has_99_communes_under_the_province(new: Pack) -> None:
    assert len(children(new, "15")) == 99
    assert len(new.units) == 100


def test_census_gaps_stay_gaps(old: Pack) -> None:
    sizes = [row for row in old.populations if row.measure == "population"]
    gaps = [row for row in sizes if row.value is None]
    assert len(gaps) == 8
    assert {row.reliability for row in gaps} == {"unknown"}
    assert all("Sa Pa" in row.note for row in gaps)
    commune = {unit.code for unit in old.units} - {"10", *children(old, "10")}
    counted = sum(row.value or 0 for row in sizes if row.unit_code in commune)
    # the census total of the province less the eight units' common 30,262 (data source, section 2)
    assert counted == 730_420 - 30_262


def test_every_old_commune_has_a_successor(old: Pack, new: Pack) -> None:
    known = {row.old_code for row in new.successions}
    communes = {u.code for u in old.units if u.parent_code not in (None, "10")}
    assert communes <= known
    assert {row.new_code for row in new.successions} == set(children(new, "15"))


def test_all_39_tasks_of_the_plan_stand_under_their_dimension(old: Pack) -> None:
    assert old.plan is not None
    count = Counter(task.dimension for task in old.plan.tasks)
    assert dict(count) == {1: 1, 2: 7, 3: 5, 4: 6, 5: 6, 6: 8, 7: 2, 8: 4}
    empty = [task.id for task in old.plan.tasks if not task.target]
    assert empty == ["V.3"]
    assert all(task.lead_agency_code for task in old.plan.tasks)
    # The source names the others only as "the agencies concerned": that stays a visible gap.
    unnamed = {task.id for task in old.plan.tasks if not task.implementer_agency_codes}
    assert unnamed == {"IV.4", "V.4", "VI.4", "VII.2", "VIII.1"}


def test_only_iii4_judges_a_satisfaction_share(old: Pack) -> None:
    assert old.plan is not None
    judged = {
        task.id: (target.comparator, target.threshold)
        for task in old.plan.tasks
        for target in task.targets
        if target.kind == "survey_share" and target.threshold is not None
    }
    assert judged == {"III.4": ("at_least", 90.0)}


def test_three_questionnaires_ship(old: Pack) -> None:
    assert [q.code for q in old.questionnaires] == [
        "mot-cua",
        "benh-vien-ngoai-tru",
        "quan-tri-ho-gia-dinh",
    ]
    household = old.questionnaires[2]
    covered = {
        m.factor for item in household.items for m in item.measures if m.instrument == "papi"
    }
    assert covered == {f"d{number}" for number in range(1, 9)}
    for questionnaire in (old.questionnaires[0], household):
        sipas = {
            m.factor for i in questionnaire.items for m in i.measures if m.instrument == "sipas"
        }
        assert sipas == {"tiep_can", "thu_tuc", "cong_chuc", "ket_qua", "gop_y"}


def test_reading_twice_gives_the_same_digest(old: Pack) -> None:
    assert read_pack(PACKS / "laocai-2021").digest == old.digest


def edit(path: Path, old_text: str, new_text: str) -> int:
    """Replace a text and return the line on which it stood."""
    content = path.read_text(encoding="utf-8")
    assert old_text in content
    path.write_text(content.replace(old_text, new_text, 1), encoding="utf-8")
    return content[: content.index(old_text)].count("\n") + 1


@pytest.mark.parametrize(
    ("file", "old_text", "new_text", "field"),
    [
        ("units.csv", "02635,080,phường", "02635,999,phường", "parent_code"),
        ("units.csv", "02641,080,phường", "02635,080,phường", "code"),
        (
            "units.csv",
            "10,,tỉnh,Tỉnh Lào Cai,Lào Cai,2020-03-01",
            "10,080,tỉnh,Tỉnh Lào Cai,Lào Cai,2020-03-01",
            "parent_code",
        ),
        ("populations.csv", "080,population,132615", "080,population,-1", "value"),
        ("populations.csv", "080,population,132615", "080,population,", "row"),
        ("service_points.csv", "tt-pvhcc", "nobody", "agency_code"),
        ("plan.yaml", "number: 1\n  task", "number: one\n  task", "tasks.0.number"),
        (
            "plan.yaml",
            "quan-tri-ho-gia-dinh:d1_duoc_biet",
            "quan-tri-ho-gia-dinh:gone",
            "tasks.0.targets.1.measured_by",
        ),
        ("pack.yaml", "province: '10'", "province: '77'", "province"),
    ],
)
def test_a_fault_is_told_by_file_line_and_field(
    copy: Path, file: str, old_text: str, new_text: str, field: str
) -> None:
    line = edit(copy / file, old_text, new_text)
    with pytest.raises(PackError) as refused:
        read_pack(copy)
    told = [fault for fault in refused.value.faults if fault.file == file]
    assert any(fault.field == field for fault in told), refused.value
    if file.endswith(".csv"):
        assert any(fault.line == line for fault in told), refused.value
    assert all(fault.mend for fault in told)


def test_faults_of_several_files_are_told_at_once(copy: Path) -> None:
    edit(copy / "populations.csv", "132615", "many")
    edit(copy / "agencies.csv", "so-noi-vu,", "so noi vu,")
    with pytest.raises(PackError) as refused:
        read_pack(copy)
    assert {fault.file for fault in refused.value.faults} == {"populations.csv", "agencies.csv"}


def test_decomposed_letters_are_refused(copy: Path) -> None:
    line = edit(copy / "units.csv", "Tỉnh Lào Cai", unicodedata.normalize("NFD", "Tỉnh Lào Cai"))
    with pytest.raises(PackError) as refused:
        read_pack(copy)
    assert (refused.value.faults[0].field, refused.value.faults[0].line) == ("letters", line)


def test_a_yaml_alias_bomb_is_refused(copy: Path) -> None:
    bomb = "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n"
    (copy / "plan.yaml").write_text(bomb, encoding="utf-8")
    with pytest.raises(PackError, match="alias"):
        read_pack(copy)


def test_a_link_out_of_the_folder_is_not_followed(copy: Path) -> None:
    (copy / "units.csv").unlink()
    (copy / "units.csv").symlink_to("/etc/passwd")
    with pytest.raises(PackError, match="is reached through a link"):
        read_pack(copy)


def test_a_questionnaire_cannot_be_named_out_of_the_packs(copy: Path) -> None:
    edit(copy / "pack.yaml", "- mot-cua", "- ../../secret")
    with pytest.raises(PackError, match="questionnaires"):
        read_pack(copy)
