"""One file that holds a whole round (hồ sơ đợt khảo sát) and shows where it was altered.

A ZIP whose ``MANIFEST.json`` lists every other file with its SHA-256 and a short digest of each of
its lines. The same content gives the same bytes, so that the digest of the archive itself can be
published: who rewrites manifest and content together changes that.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

FORMAT: Final = "survey-round/1"
MANIFEST: Final = "MANIFEST.json"
RECORD: Final = "record.json"
LINE_DIGEST: Final = 12
MOST_BYTES: Final = 256 * 1024 * 1024
_EPOCH = (1980, 1, 1, 0, 0, 0)


class ArchiveError(ValueError):
    """A file that is no archive of a round; the message says what is wrong with it."""


@dataclass(frozen=True)
class Tampering:
    """A place that is not as it was written.

    Attributes
    ----------
    file : str
    line : int or None
        The first line that differs, from 1; None where the whole file is missing or added.
    problem : {"changed", "missing", "added"}
    """

    file: str
    line: int | None
    problem: str


def archive_digest(archive: bytes) -> str:
    """Return what is published of an archive: its SHA-256, hexadecimal."""
    return hashlib.sha256(archive).hexdigest()


def pack_archive(files: Mapping[str, bytes], facts: Mapping[str, object]) -> bytes:
    """Return the archive of ``files``; ``facts`` (campaign, version…) go into its manifest."""
    listed = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "lines": _line_digests(content)}
        for name, content in sorted(files.items())
    }
    manifest = {"format": FORMAT, **facts, "files": listed}
    text = json.dumps(manifest, ensure_ascii=False, sort_keys=True, indent=1)
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in [(MANIFEST, text.encode()), *sorted(files.items())]:
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, content)
    return buffer.getvalue()


def unpack_archive(archive: bytes) -> tuple[dict[str, bytes], dict[str, object]]:
    """Return an archive's files and its manifest.

    Raises
    ------
    ArchiveError
        It is no ZIP, damaged, too large, or without a manifest of this format.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(archive)) as opened:
            if sum(entry.file_size for entry in opened.infolist()) > MOST_BYTES:
                raise ArchiveError(f"the archive holds more than {MOST_BYTES} bytes")
            names = opened.namelist()
            if len(set(names)) < len(names):
                raise ArchiveError("a file stands in the archive twice")
            files = {name: opened.read(name) for name in names}
        manifest = json.loads(files.pop(MANIFEST))
        if manifest["format"] != FORMAT or not isinstance(manifest["files"], dict):
            raise ArchiveError(f"the manifest is not of the format {FORMAT}")
    except (zipfile.BadZipFile, KeyError, TypeError, UnicodeDecodeError) as error:
        raise ArchiveError(f"no readable archive: {error}") from error
    except json.JSONDecodeError as error:
        raise ArchiveError(f"the manifest is not JSON: {error}") from error
    except (NotImplementedError, RuntimeError, OSError) as error:
        raise ArchiveError(f"no readable archive: {error}") from error
    return files, manifest


def find_tampering(files: Mapping[str, bytes], manifest: Mapping[str, object]) -> list[Tampering]:
    """Return every place where the files are not as the manifest lists them."""
    listed = manifest["files"]
    if not isinstance(listed, dict):
        raise ArchiveError("the manifest lists no files")
    found = [Tampering(name, None, "added") for name in sorted(files.keys() - listed.keys())]
    for name, written in sorted(listed.items()):
        if name not in files:
            found.append(Tampering(name, None, "missing"))
        elif hashlib.sha256(files[name]).hexdigest() != written["sha256"]:
            found.append(Tampering(name, _first_change(files[name], written["lines"]), "changed"))
    return found


def _line_digests(content: bytes) -> list[str]:
    return [
        hashlib.sha256(line).hexdigest()[:LINE_DIGEST] for line in content.splitlines(keepends=True)
    ]


def _first_change(content: bytes, written: list[str]) -> int:
    now = _line_digests(content)
    for number, (was, is_now) in enumerate(zip(written, now, strict=False), start=1):
        if was != is_now:
            return number
    return min(len(written), len(now)) + 1
