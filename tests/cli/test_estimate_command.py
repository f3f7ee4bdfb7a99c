"""``survey estimate``: any analyst's file, no database; the contract of its ``--json``."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from click.testing import CliRunner, Result
from pyarrow import csv, parquet

from analysis.snapshot import DesignColumns, write_snapshot
from survey_app.cli.estimate import estimate

DATA = Path(__file__).parents[1] / "reference" / "open" / "data"
STRATIFIED = (
    str(DATA / "apistrat.csv"),
    *("--weight", "pw", "--strata", "stype", "--fpc", "fpc"),
)
Run = Callable[..., Result]


@pytest.fixture
def run() -> Run:
    def invoke(*arguments: str) -> Result:
        return CliRunner().invoke(estimate, arguments, catch_exceptions=False)

    return invoke


def figures(result: Result) -> list[dict[str, Any]]:
    assert result.exit_code == 0, result.output
    return list(json.loads(result.output))


def test_json_is_a_list_of_objects_with_the_agreed_keys(run: Run) -> None:
    # R survey 4.1: svymean(~api00, dstrat), case o001_strat_mean
    [mean] = figures(run(*STRATIFIED, "--mean", "api00", "--deff", "--json"))
    assert list(mean) == [
        *("statistic", "variable", "domain", "estimate", "se"),
        *("ci_low", "ci_high", "df", "deff", "n"),
    ]
    assert (mean["statistic"], mean["variable"]) == ("mean", "api00")
    assert mean["domain"] == {}
    assert mean["estimate"] == pytest.approx(662.287363159321, rel=1e-12)
    assert mean["se"] == pytest.approx(9.40894080278458, rel=1e-12)
    assert mean["df"] == 197
    assert mean["n"] == 200


def test_every_statistic_and_crossed_domains_in_one_call(run: Run) -> None:
    found = figures(
        run(
            *STRATIFIED,
            *("--mean", "api00,api99", "--share", "stype=E,H", "--total", "enroll"),
            *("--ratio", "api_stu/enroll", "--quantile", "api00=0.25,0.5"),
            *("--by", "sch_wide,comp_imp", "--json"),
        )
    )
    kinds = ["mean", "mean", "share", "total", "ratio", "quantile", "quantile"]
    domains = [
        {"sch_wide": a, "comp_imp": b}
        for a, b in (("No", "No"), ("No", "Yes"), ("Yes", "No"), ("Yes", "Yes"))
    ]
    assert [f["statistic"] for f in found[:: len(domains)]] == kinds
    assert [f["domain"] for f in found[: len(domains)]] == domains
    assert all(f["deff"] is None for f in found)


def test_quantiles_agree_with_r(run: Run) -> None:
    [median] = figures(run(*STRATIFIED, "--quantile", "api00=0.5", "--json"))
    got = [median[key] for key in ("estimate", "ci_low", "ci_high", "se")]
    assert got == pytest.approx([668, 642, 694, 13.1840557881618])


def test_two_stages_with_two_population_counts(run: Run) -> None:
    # R survey 4.1: svydesign(id=~id1+id2, fpc=~n1+n2, data=mu284); svytotal(~y1)
    [total] = figures(
        run(
            str(DATA / "mu284.csv"),
            *("--psu", "id1,id2", "--fpc", "n1,n2", "--total", "y1", "--json"),
        )
    )
    assert total["estimate"] == pytest.approx(15080)
    assert total["se"] == pytest.approx(2274.25470087333, rel=1e-12)


def test_people_read_a_table_with_cautions(run: Run) -> None:
    result = run(*STRATIFIED, "--mean", "api00", "--by", "cname")
    assert result.exit_code == 0
    assert result.output.splitlines()[0].split()[:4] == [
        "statistic",
        "variable",
        "cname",
        "estimate",
    ]
    assert "no-variance" in result.output
    assert "nan" not in result.output


@pytest.mark.parametrize("kind", ["csv", "tsv", "parquet", "feather", "sav", "dta"])
def test_the_same_figures_from_every_kind_of_file(run: Run, tmp_path: Path, kind: str) -> None:
    table = csv.read_csv(DATA / "apistrat.csv").select(["pw", "stype", "fpc", "api00", "awards"])
    path = tmp_path / f"schools.{kind}"
    if kind in ("sav", "dta"):
        readstat = pytest.importorskip("pyreadstat")
        write = readstat.write_sav if kind == "sav" else readstat.write_dta
        write(table.to_pandas(), str(path))
    elif kind == "parquet":
        parquet.write_table(table, path)
    elif kind == "feather":
        from pyarrow import feather

        feather.write_feather(table, path)
    else:
        csv.write_csv(table, path, csv.WriteOptions(delimiter="\t" if kind == "tsv" else ","))
    options = (*STRATIFIED[1:], "--mean", "api00", "--share", "awards=Yes", "--by", "stype")
    got = figures(run(str(path), *options, "--json"))
    want = figures(run(STRATIFIED[0], *options, "--json"))
    assert got == want


def test_a_snapshot_declares_its_own_design(run: Run, tmp_path: Path) -> None:
    table = pa.table({"psu": [1, 1, 2, 3], "w": [1.0, 2.0, 1.0, 1.0], "q": [5, 4, 2, None]})
    drawn = pa.table({"psu": [1, 2, 3, 4]})
    write_snapshot(
        tmp_path / "round",
        table,
        name="round",
        created="2026-11-01T00:00:00Z",
        design=DesignColumns(weights="w", psu=("psu",)),
        drawn=drawn,
    )
    [mean] = figures(run(str(tmp_path / "round"), "--mean", "q", "--json"))
    assert mean["df"] == 3
    assert mean["estimate"] == pytest.approx((5 + 8 + 2) / 4)
    assert run(str(tmp_path / "round"), "--mean", "q", "--weight", "w").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "code", "word"),
    [
        ((*STRATIFIED, "--mean", "nothing"), 3, "nothing"),
        ((*STRATIFIED, "--mean", "stype"), 3, "stype"),
        ((*STRATIFIED, "--share", "api00=high"), 3, "high"),
        ((*STRATIFIED,), 2, "--mean"),
        ((*STRATIFIED, "--ratio", "api00"), 2, "c/d"),
        ((*STRATIFIED, "--quantile", "api00=half"), 2, "a=0.5"),
        ((*STRATIFIED, "--share", "stype"), 2, "a=4,5"),
        (("missing.csv", "--mean", "x"), 3, "missing.csv"),
        ((str(Path(__file__)), "--mean", "x"), 3, ".py"),
        (
            (str(DATA / "apistrat_lonely.csv"), "--strata", "stype", "--mean", "api00"),
            3,
            "adjust",
        ),
    ],
)
def test_refusals_name_what_is_wrong(
    run: Run, arguments: tuple[str, ...], code: int, word: str
) -> None:
    result = run(*arguments)
    assert result.exit_code == code
    assert word in result.stderr
    assert not result.stdout


def test_lonely_psu_policies_are_r_s(run: Run) -> None:
    lonely = (
        str(DATA / "apistrat_lonely.csv"),
        "--weight",
        "pw",
        "--strata",
        "stype",
        "--fpc",
        "fpc",
    )
    errors = {
        policy: figures(run(*lonely, "--lonely-psu", policy, "--mean", "api00", "--json"))[0]["se"]
        for policy in ("remove", "certainty", "adjust", "average")
    }
    assert errors["remove"] == errors["certainty"] < errors["average"]
    assert errors["remove"] < errors["adjust"]


def test_start_up_leaves_the_heavy_libraries_out() -> None:
    """An estimate on a small file loads neither the web, the database, pandas nor scipy."""
    script = (
        "import sys; from survey_app.cli.main import survey\n"
        f"survey({[*('estimate', *STRATIFIED), '--mean', 'api00', '--json']!r}, standalone_mode=False)\n"
        "heavy = {'pandas', 'scipy', 'sqlalchemy', 'flask', 'pydantic', 'rich', 'fluent'}\n"
        "print(sorted(heavy & set(sys.modules)), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stderr.strip() == "[]"


def test_mixed_unicode_forms_of_a_text_code_are_one_domain(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "xã.csv"
    path.write_text(
        "xã,q\nB\u1ea3o Th\u1eafng,4\nBa\u0309o Tha\u0306\u0301ng,5\n", encoding="utf-8"
    )
    [mean] = figures(run(str(path), "--mean", "q", "--by", "xã", "--json"))
    assert mean["estimate"] == pytest.approx(4.5)
    assert np.isfinite(mean["df"])
