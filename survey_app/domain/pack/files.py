"""Reading a pack's files; they come from strangers, so nothing about them is taken on trust."""

from __future__ import annotations

import csv
import io
import unicodedata
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from survey_app.domain.pack.faults import PackFault
from survey_app.domain.pack.strict_yaml import line_of, read_yaml
from survey_app.domain.questionnaire import InconsistentError
from survey_app.domain.questionnaire.items import UNWANTED

MAX_FILE_BYTES: Final = 20 * 1024 * 1024
MAX_YAML_BYTES: Final = 1024 * 1024
MAX_PACK_BYTES: Final = 100 * 1024 * 1024
MAX_ROWS: Final = 200_000
MAX_FAULTS: Final = 1000

Model = TypeVar("Model", bound=BaseModel)
Place = tuple[int | str, ...]


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
        base = folder or self.folder
        path = base / name
        if not path.is_file():
            if needed:
                self.fault(name, 1, "file", "is missing", "Add it, as docs/operators/packs.md says")
            return None
        if path.resolve() != base.resolve() / name:
            self.fault(name, 1, "file", "is reached through a link", "Put the file itself here")
            return None
        size = path.stat().st_size
        largest = MAX_YAML_BYTES if path.suffix == ".yaml" else MAX_FILE_BYTES
        if size > largest:
            self.fault(name, 1, "file", f"is larger than {largest:,} bytes", "Split or simplify it")
            return None
        if size + sum(map(len, self.contents.values())) > MAX_PACK_BYTES:
            self.fault(name, 1, "file", "brings the pack above 100 MB", "Split or simplify it")
            return None
        raw = path.read_bytes()
        try:
            text = raw.decode("utf-8")
        except UnicodeDecodeError as error:
            line = raw[: error.start].count(b"\n") + 1
            self.fault(name, line, "encoding", "is not UTF-8", "Save the file as UTF-8")
            return None
        if not self._is_readable(name, text):
            return None
        self.contents[name] = raw
        return text

    def _is_readable(self, name: str, text: str) -> bool:
        if text.startswith("\ufeff"):
            self.fault(name, 1, "encoding", "begins with a BOM", "Save as UTF-8 without BOM")
            return False
        text = text.replace("\r\n", "\n")
        if unwanted := UNWANTED.search(text):
            line = text.count("\n", 0, unwanted.start()) + 1
            sign = f"holds the control or invisible character U+{ord(unwanted.group()):04X}"
            self.fault(name, line, "letters", sign, "Remove it")
            return False
        if not unicodedata.is_normalized("NFC", text):
            rows = enumerate(text.split("\n"), start=1)
            line = next(n for n, row in rows if not unicodedata.is_normalized("NFC", row))
            self.fault(name, line, "letters", "are not Unicode NFC", "Save with composed letters")
            return False
        return True

    def rows(
        self, name: str, model: type[Model], *, needed: bool = True
    ) -> list[tuple[int, Model]]:
        """Return a CSV file's rows with the lines on which they begin."""
        text = self.text(name, needed=needed)
        if text is None:
            return []
        reader = csv.reader(io.StringIO(text, newline=""), strict=True)
        found: list[tuple[int, Model]] = []
        try:
            header = next(reader, [])
            if not self._is_header(name, header, model):
                return []
            for number, (line, cells) in enumerate(_records(reader), start=1):
                if len(cells) != len(header):
                    problem = f"has {len(cells)} cells, the header {len(header)}"
                    self.fault(name, line, "row", problem, "Quote cells that hold commas")
                elif row := self._row(name, line, model, dict(zip(header, cells, strict=True))):
                    found.append((line, row))
                if number > MAX_ROWS or len(self.faults) >= MAX_FAULTS:
                    self.fault(name, line, "file", "was not read further", "Mend what is told")
                    break
        except csv.Error as error:
            self.fault(name, reader.line_num, "row", str(error), "Mend the quoting")
        return found

    def _is_header(self, name: str, header: list[str], model: type[BaseModel]) -> bool:
        before = len(self.faults)
        for column in dict.fromkeys(header):
            if column not in model.model_fields:
                mend = f"Known: {', '.join(model.model_fields)}"
                self.fault(name, 1, column, "is no column of this file", mend)
            elif header.count(column) > 1:
                self.fault(name, 1, column, "stands twice in the header", "Keep one")
        for column, info in model.model_fields.items():
            if info.is_required() and column not in header:
                self.fault(name, 1, column, "is missing from the header", "Add the column")
        return len(self.faults) == before

    def _row(self, name: str, line: int, model: type[Model], row: dict[str, str]) -> Model | None:
        try:
            return model.model_validate(row)
        except ValidationError as error:
            for item in error.errors():
                field = str(item["loc"][0]) if item["loc"] else "row"
                got = f" (got {row[field]!r})" if field in row else ""
                self.fault(name, line, field, _plain(item["msg"]) + got, "Correct the cell")
            return None

    def document(
        self, name: str, model: type[Model], *, needed: bool = True, folder: Path | None = None
    ) -> tuple[Model, yaml.Node | None] | None:
        """Return a YAML file's content and its node tree, which knows the lines."""
        text = self.text(name, needed=needed, folder=folder)
        if text is None:
            return None
        try:
            value, node = read_yaml(text)
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark
            line = mark.line + 1 if mark is not None else 1
            self.fault(name, line, "YAML", str(error.problem), "Correct the syntax")
            return None
        try:
            return model.model_validate(value), node
        except ValidationError as error:
            for place, problem in _problems(error):
                field = ".".join(str(part) for part in place) or "document"
                self.fault(name, line_of(node, place), field, problem, "Correct the value")
            return None


def _records(reader: Any) -> Iterator[tuple[int, list[str]]]:
    """Yield records with their first line: a quoted cell may go over several."""
    first = reader.line_num + 1
    for cells in reader:
        if cells:
            yield first, cells
        first = reader.line_num + 1


def _problems(error: ValidationError) -> Iterator[tuple[Place, str]]:
    for item in error.errors():
        cause = item.get("ctx", {}).get("error")
        if isinstance(cause, InconsistentError):
            yield from ((item["loc"] + place, problem) for place, problem in cause.faults)
        else:
            yield item["loc"], _plain(item["msg"])


def _plain(message: str) -> str:
    return message.removeprefix("Value error, ")
