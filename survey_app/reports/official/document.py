"""An official report as data: one source from which DOCX, PDF and XLSX are written.

Layout: Nghị định 30/2020/NĐ-CP, Phụ lục I — A4, margins 20/20/30/15 mm, Times New Roman 13–14 pt,
national heading, issuing body, number, place and date, title, subject, body, recipients, signature.
"""

from __future__ import annotations

from dataclasses import dataclass

MARGINS_MM = {"top": 20, "bottom": 20, "left": 30, "right": 15}
BODY_PT = 14

Cell = str | int | float | None


@dataclass(frozen=True)
class Heading:
    """A heading: level 1 for parts (I, II …), 2 below them."""

    text: str
    level: int = 1


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of running text."""

    text: str


@dataclass(frozen=True)
class Bullets:
    """Points listed one below another."""

    items: tuple[str, ...]


@dataclass(frozen=True)
class Grid:
    """A table; ``texts`` are as read, ``values`` as computed, for the workbook."""

    name: str
    caption: str
    header: tuple[str, ...]
    texts: tuple[tuple[str, ...], ...]
    values: tuple[tuple[Cell, ...], ...]
    numbers: frozenset[int] = frozenset()
    widths: tuple[float, ...] = ()


@dataclass(frozen=True)
class Picture:
    """A chart with the words that stand for it."""

    svg: str
    alt: str
    caption: str


Block = Heading | Paragraph | Bullets | Grid | Picture


@dataclass(frozen=True)
class Frame:
    """What surrounds the body: who issues it, to whom, and who signs.

    Blank number and date leave room for the clerk's pen.
    """

    authority: str
    issuer: str
    number: str
    symbol: str
    place: str
    date: str
    signer_title: str
    signer_name: str
    recipients: tuple[str, ...]


@dataclass(frozen=True)
class OfficialReport:
    """A whole report; ``mark`` is printed on every page, for simulated figures."""

    frame: Frame
    kind: str
    subject: str
    blocks: tuple[Block, ...]
    appendices: tuple[Block, ...]
    mark: str = ""

    def grids(self) -> tuple[Grid, ...]:
        """Return every table of the report in order."""
        return tuple(b for b in (*self.blocks, *self.appendices) if isinstance(b, Grid))
