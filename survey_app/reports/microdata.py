"""A round's answers for other analysts: CSV, Parquet, SPSS, an R script, and DDI metadata.

The rows are those of the round's snapshot, so every figure that the product shows can be computed
from them by somebody else's software. They hold no name, address, time or free text; the area is
the finest place.
"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree as ET

import pyarrow as pa
import pyarrow.csv as pa_csv
import pyarrow.parquet as pa_parquet
import pyreadstat

from analysis.snapshot import Snapshot, Variable
from survey_app.domain.publication import Figure, InterviewFigures
from survey_app.text import text

LANGUAGE = "vi"
DDI = "ddi:codebook:2_5"
MADE_AT = (2000, 1, 1, 0, 0, 0)
LONGEST_LABEL = 120


def microdata_zip(
    snapshot: Snapshot, figures: InterviewFigures, title: str, *, is_simulated: bool
) -> bytes:
    """Return every format in one archive; the same snapshot gives the same bytes of data."""
    variables = _variables(snapshot)
    table = _with_empty_units(snapshot)
    mark = text(LANGUAGE, "results-simulated") if is_simulated else ""
    files = {
        "answers.csv": _csv(table),
        "answers.parquet": _parquet(table),
        "answers.sav": _sav(table, variables, mark or title),
        "figures.R": _r_script(snapshot, figures, title, mark).encode(),
        "codebook.xml": _ddi(snapshot, variables, title, mark),
        "manifest.json": json.dumps(
            {
                "title": title,
                "simulated": is_simulated,
                "snapshot": snapshot.manifest.digest,
                "rows": snapshot.answers.num_rows,
                "drawn_units_without_answers": table.num_rows - snapshot.answers.num_rows,
            },
            ensure_ascii=False,
            indent=1,
        ).encode(),
        "README.txt": text(LANGUAGE, "microdata-readme", title=title, mark=mark).encode(),
    }
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(zipfile.ZipInfo(name, MADE_AT), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def _with_empty_units(snapshot: Snapshot) -> pa.Table:
    """Append a row of weight 0 for each drawn unit where nobody answered.

    Software that reads only rows would otherwise not know that it was drawn, and understate the
    variance.
    """
    answers = snapshot.answers.append_column(
        "answered", pa.array([1] * snapshot.answers.num_rows, pa.int8())
    )
    if snapshot.drawn is None:
        return answers
    pairs = zip(answers["stratum"].to_pylist(), answers["psu"].to_pylist(), strict=True)
    seen = set(pairs)
    drawn = zip(
        snapshot.drawn["stratum"].to_pylist(), snapshot.drawn["psu"].to_pylist(), strict=True
    )
    empty = [pair for pair in drawn if pair not in seen]
    columns = {
        name: pa.nulls(len(empty), answers.schema.field(name).type) for name in answers.column_names
    }
    columns["stratum"] = pa.array([stratum for stratum, _ in empty], pa.string())
    columns["psu"] = pa.array([psu for _, psu in empty], pa.string())
    columns["weight"] = pa.array([0.0] * len(empty), pa.float64())
    columns["answered"] = pa.array([0] * len(empty), pa.int8())
    return pa.concat_tables([answers, pa.table(columns, schema=answers.schema)])


def _variables(snapshot: Snapshot) -> dict[str, Variable]:
    design = {
        name: Variable(name, text(LANGUAGE, f"microdata-{name}"), None)
        for name in ("stratum", "psu", "weight", "domain", "unit", "answered")
    }
    asked = {variable.name: variable for variable in snapshot.manifest.variables}
    levels = {
        name: Variable(name, text(LANGUAGE, "microdata-level"), None)
        for name in snapshot.answers.column_names
        if name.startswith("unit_level_")
    }
    return design | levels | asked


def _csv(table: pa.Table) -> bytes:
    out = io.BytesIO()
    out.write(b"\xef\xbb\xbf")  # Excel reads UTF-8 only with its mark
    pa_csv.write_csv(table, out)
    return out.getvalue()


def _parquet(table: pa.Table) -> bytes:
    out = io.BytesIO()
    pa_parquet.write_table(table, out)
    return out.getvalue()


def _sav(table: pa.Table, variables: dict[str, Variable], title: str) -> bytes:
    frame = table.to_pandas()
    coded = {
        name: {float(code): label for code, label in variable.codes.items()}
        for name, variable in variables.items()
        if variable.codes and name in frame.columns
    }
    frame = frame.astype(dict.fromkeys(coded, "float64"))  # as SPSS stores numbers
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answers.sav"
        pyreadstat.write_sav(
            frame,
            str(path),
            file_label=title[:64],
            column_labels=[variables[name].label[:LONGEST_LABEL] for name in frame.columns],
            variable_value_labels=coded,
        )
        return path.read_bytes()


def _r_script(snapshot: Snapshot, figures: InterviewFigures, title: str, mark: str) -> str:
    """Return a script that computes the headline figures and holds them against ours."""
    asked = set(snapshot.answers.column_names)
    shares = [f for f in figures.figures if f.statistic == "share" and f.variable in asked]
    whole = [f for f in shares if f.domain is None and f.estimate is not None]
    lines = [
        f"# {title} {mark}".rstrip(),
        f"# Snapshot {snapshot.manifest.digest}",
        "library(survey)",
        'options(survey.lonely.psu = "adjust")',
        'd <- read.csv("answers.csv", fileEncoding = "UTF-8-BOM", colClasses = c(',
        '  stratum = "character", psu = "character", domain = "character", unit = "character"))',
        "# Drawn units without answers stay in the design as rows of weight 0.",
        "design <- svydesign(ids = ~psu, strata = ~stratum, weights = ~weight, data = d,",
        "                    nest = TRUE)",
        "answers <- subset(design, answered == 1)",
        "check <- function(name, levels, ours, se) {",
        '  y <- as.formula(sprintf("~I(as.numeric(%s %%in%% c(%s)))", name,',
        '                          paste(levels, collapse = ",")))',
        "  known <- subset(answers, !is.na(answers$variables[[name]]))",
        "  m <- svymean(y, known)",
        '  cat(sprintf("%-28s %.6f %.6f  (ours %.6f %.6f)\\n", name, coef(m), SE(m), ours, se))',
        "  stopifnot(abs(coef(m) - ours) < 1e-6, abs(SE(m) - se) < 1e-6)",
        "}",
    ]
    lines += [
        _check(figure, is_rating=bool(figures.select("mean", figure.variable))) for figure in whole
    ]
    lines.append('cat("Identical.\\n")')
    return "\n".join(lines) + "\n"


def _check(figure: Figure, *, is_rating: bool) -> str:
    levels = "c(4, 5)" if is_rating else "c(1)"
    return f'check("{figure.variable}", {levels}, {figure.estimate!r}, {figure.se!r})'


def _ddi(snapshot: Snapshot, variables: dict[str, Variable], title: str, mark: str) -> bytes:
    """Return a DDI-Codebook 2.5 document: what the study is and what each column means."""
    ET.register_namespace("", DDI)
    root = ET.Element(f"{{{DDI}}}codeBook", {"version": "2.5"})

    def add(parent: ET.Element, tag: str, words: str = "", **attributes: str) -> ET.Element:
        element = ET.SubElement(parent, f"{{{DDI}}}{tag}", attributes)
        element.text = words or None
        return element

    study = add(root, "stdyDscr")
    citation = add(study, "citation")
    titles = add(citation, "titlStmt")
    add(titles, "titl", f"{title} {mark}".strip())
    add(titles, "IDNo", snapshot.manifest.digest, agency="sha256")
    method = add(study, "method")
    collection = add(method, "dataColl")
    add(collection, "sampProc", text(LANGUAGE, "microdata-sampling"))
    add(collection, "weight", json.dumps([step.name for step in snapshot.manifest.weight_steps]))
    file = add(root, "fileDscr", ID="F1")
    add(add(file, "fileTxt"), "fileName", "answers.csv")
    data = add(root, "dataDscr")
    for name in [*snapshot.answers.column_names, "answered"]:
        known = variables[name]
        variable = add(data, "var", ID=f"V_{name}", name=name, files="F1")
        add(variable, "labl", known.label)
        for code, label in (known.codes or {}).items():
            category = add(variable, "catgry")
            add(category, "catValu", code)
            add(category, "labl", label)
    out = io.BytesIO()
    ET.ElementTree(root).write(out, encoding="utf-8", xml_declaration=True)
    return out.getvalue()
