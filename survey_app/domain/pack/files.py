"""Reading one file of a pack into typed rows; files come from strangers."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from survey_app.domain.pack.faults import PackFault

MAX_FILE_BYTES = 20 * 1024 * 1024
MAX_ROWS = 200_000

Model = TypeVar("Model", bound=BaseModel)


class FileReader:
    """Reads the files of one folder and collects every fault."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.faults: list[PackFault] = []
        self.contents: dict[str, bytes] = {}

    def fault(self, file: str, line: int, field: str, problem: str, mend: str) -> None:
        """Keep one fault."""
        self.faults.append(PackFault(file, line, field, problem, mend))

    def text(self, name: str, *, needed: bool = True, folder: Path | None = None) -> str | None:
        """Return a file's text, or ``None`` with a fault when it cannot be used."""
        path = (folder or self.folder) / name
        if not path.is_file() or path.is_symlink():
            if needed:
                self.fault(name, 1, "file", "is missing", "Add it, as docs/operators/packs.md says")
            return None
        if path.stat().st_size > MAX_FILE_BYTES:
            self.fault(name, 1, "file", "is larger than 20 MB", "Split or simplify it")
            return None
        raw = path.read_bytes()
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            self.fault(name, line, "encoding", "is not UTF-8", "Save the file as UTF-8")
            return None
        if not unicodedata.is_normalized("NFC", text):
            lines = text.splitlines()
            bad = next(
                i for i, row in enumerate(lines, 1) if not unicodedata.is_normalized("NFC", row)
            )
            self.fault(name, bad, "letters", "are not Unicode NFC", "Save with composed letters")
            return None
        self.contents[name] = raw
        return text

    def rows(
        self, name: str, model: type[Model], *, needed: bool = True
    ) -> list[tuple[int, Model]]:
        """Return a CSV file's rows with their line numbers."""
        text = self.text(name, needed=needed)
        if text is None:
            return []
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        known, header = set(model.model_fields), list(reader.fieldnames or [])
        for column in sorted(set(header) - known):
            self.fault(name, 1, column, "is no column of this file", f"Known: {', '.join(known)}")
        missing = [f for f, info in model.model_fields.items() if info.is_required()]
        for column in (column for column in missing if column not in header):
            self.fault(name, 1, column, "is missing from the header", "Add the column")
        if self.faults and any(fault.file == name for fault in self.faults):
            return []
        found: list[tuple[int, Model]] = []
        try:
            for row in reader:
                line = reader.line_num
                if None in row or None in row.values():
                    self.fault(name, line, "row", "has another number of cells", "Quote commas")
                elif (read := self._row(name, line, model, row)) is not None:
                    found.append((line, read))
                if len(found) > MAX_ROWS:
                    self.fault(name, line, "file", f"has over {MAX_ROWS} rows", "Split the pack")
                    break
        except csv.Error as error:
            self.fault(name, reader.line_num, "row", str(error), "Mend the quoting")
        return found

    def _row(self, name: str, line: int, model: type[Model], row: dict[str, Any]) -> Model | None:
        try:
            return model.model_validate(row)
        except ValidationError as error:
            for item in error.errors():
                field = ".".join(str(part) for part in item["loc"]) or "row"
                got = item["input"] if isinstance(item["input"], str) else ""
                self.fault(name, line, field, f"{item['msg']} (got {got!r})", "Correct the cell")
            return None

    def document(
        self, name: str, model: type[Model], *, needed: bool = True, folder: Path | None = None
    ) -> tuple[Model, yaml.Node | None] | None:
        """Return a YAML file's content and its node tree, which knows the lines."""
        text = self.text(name, needed=needed, folder=folder)
        if text is None:
            return None
        try:
            for event in yaml.parse(text, yaml.SafeLoader):
                if isinstance(event, yaml.AliasEvent):
                    line = event.start_mark.line + 1 if event.start_mark else 1
                    self.fault(name, line, "alias", "is not allowed", "Write the value out")
                    return None
            node = yaml.compose(text, yaml.SafeLoader)
            value = yaml.safe_load(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = mark.line + 1 if mark is not None else 1
            self.fault(name, line, "YAML", str(error.problem), "Correct the syntax")
            return None
        except (ValueError, RecursionError) as error:
            self.fault(name, 1, "YAML", str(error), "Correct the value")
            return None
        try:
            return model.model_validate(value), node
        except ValidationError as error:
            for item in error.errors():
                field = ".".join(str(part) for part in item["loc"]) or "document"
                line = line_of(node, item["loc"])
                self.fault(name, line, field, item["msg"], "Correct the value")
            return None

    def boundaries(self) -> dict[str, tuple[str, dict[str, Any]]]:
        """Return each boundary by unit code, with the file that holds it."""
        found: dict[str, tuple[str, dict[str, Any]]] = {}
        folder = self.folder / "boundaries"
        for path in sorted(folder.glob("*.geojson")) if folder.is_dir() else []:
            name = f"boundaries/{path.name}"
            text = self.text(name)
            if text is None:
                continue
            try:
                content = json.loads(text)
                features = [(f["properties"]["code"], f["geometry"]) for f in content["features"]]
            except (ValueError, KeyError, TypeError, RecursionError):
                mend = "A FeatureCollection whose features have properties.code and a geometry"
                self.fault(name, 1, "GeoJSON", "cannot be read", mend)
                continue
            for code, geometry in features:
                if code in found:
                    self.fault(name, 1, str(code), "has two boundaries", "Keep one")
                found[code] = (name, geometry)
        return found


def line_of(node: yaml.Node | None, where: tuple[int | str, ...]) -> int:
    """Return the line on which the value at a path of keys and positions stands."""
    line = node.start_mark.line + 1 if node is not None else 1
    for part in where:
        child: yaml.Node | None = None
        if isinstance(node, yaml.MappingNode):
            child = next((v for k, v in node.value if k.value == str(part)), None)
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            child = node.value[part] if part < len(node.value) else None
        if child is None:
            break
        node, line = child, child.start_mark.line + 1
    return line
