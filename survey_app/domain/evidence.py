"""Which files are taken as evidence (minh chứng), told by their first bytes and never opened."""

from __future__ import annotations

import re
import unicodedata

LARGEST_FILE = 10 * 1024 * 1024
MOST_FILES = 10

_OFFICE = {"docx": "word/", "xlsx": "xl/", "odt": "", "ods": ""}
_SIGNATURES = {
    "pdf": b"%PDF-",
    "png": b"\x89PNG\r\n\x1a\n",
    "jpg": b"\xff\xd8\xff",
    "jpeg": b"\xff\xd8\xff",
    **dict.fromkeys(_OFFICE, b"PK\x03\x04"),
}
KINDS = tuple(_SIGNATURES)


def kind_of(name: str, content: bytes) -> str | None:
    """Return the kind that both the name and the first bytes say; None if they do not agree."""
    ending = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    signature = _SIGNATURES.get(ending)
    return ending if signature and content.startswith(signature) else None


def safe_name(name: str) -> str:
    """Return a file name without folders, control characters or characters of a header's syntax."""
    base = unicodedata.normalize("NFC", name.replace("\\", "/").rsplit("/", 1)[-1])
    kept = re.sub(r'[\x00-\x1f\x7f"<>:|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]', "", base).strip(
        " ."
    )
    stem, dot, ending = kept.rpartition(".")
    return f"{stem[:120]}{dot}{ending[:8]}" if dot else kept[:120]
