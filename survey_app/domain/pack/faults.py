"""What is wrong with a pack, by file and line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True)
class PackFault:
    """One fault: where it stands, what it is, and how to mend it."""

    file: str
    line: int
    field: str
    problem: str
    mend: str

    def __str__(self) -> str:
        """Return the fault as compilers print theirs."""
        return f"{self.file}:{self.line}: {self.field}: {self.problem}. {self.mend}"


class PackError(Exception):
    """A pack has faults; all of them are told at once."""

    def __init__(self, faults: Iterable[PackFault]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(str(fault) for fault in self.faults))
