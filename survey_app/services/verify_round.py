"""Checking a round's archive: by its manifest, and by drawing its sample again."""

from __future__ import annotations

from dataclasses import dataclass

from sampling import Difference, DrawRecord, SamplingError, verify
from survey_app.domain.round_archive import (
    RECORD,
    ArchiveError,
    Tampering,
    archive_digest,
    find_tampering,
    unpack_archive,
)


@dataclass(frozen=True)
class RoundCheck:
    """What was found.

    Attributes
    ----------
    digest : str
        SHA-256 of the archive, to be compared with the published one: only this finds an archive
        that was rewritten as a whole.
    tampering : tuple of Tampering
        Where files are not as the manifest lists them.
    differences : tuple of Difference
        Where the sample does not follow from frame, design and seed.
    """

    digest: str
    tampering: tuple[Tampering, ...]
    differences: tuple[Difference, ...]

    @property
    def is_sound(self) -> bool:
        """Whether nothing was found."""
        return not self.tampering and not self.differences


def verify_round(archive: bytes) -> RoundCheck:
    """Check an archive of `close_round`.

    Raises
    ------
    ArchiveError
        It is none, or holds no readable record of a draw.
    """
    files, manifest = unpack_archive(archive)
    tampering = tuple(find_tampering(files, manifest))
    if RECORD not in files:
        raise ArchiveError(f"{RECORD} is missing")
    try:
        found = verify(DrawRecord.from_json(files[RECORD].decode("utf-8", errors="replace")))
    except SamplingError as error:
        differences = tuple(Difference(fault.field, "", str(fault)) for fault in error.faults)
        return RoundCheck(archive_digest(archive), tampering, differences)
    return RoundCheck(archive_digest(archive), tampering, found.differences)
