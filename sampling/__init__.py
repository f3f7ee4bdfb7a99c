"""Survey sampling: designs and draws that anyone can verify.

A :class:`Frame` lists the units, a :class:`Design` says what is drawn and how, :func:`draw` draws
it from a :class:`Seed`, and a :class:`DrawRecord` lets anybody draw it again.
"""

from sampling.allocation import Allocation, allocate
from sampling.commitment import Commitment
from sampling.design import Design, Stage
from sampling.errors import (
    AllocationError,
    CommitmentError,
    DesignError,
    Fault,
    FrameError,
    RecordError,
    SamplingError,
    SeedError,
    SelectionError,
    SizeError,
)
from sampling.frame import Frame, Level
from sampling.multistage import draw
from sampling.randomness import Seed, Stream, secret_hash, stream
from sampling.record import Difference, DrawRecord, Verification, check_seed_is_new, verify
from sampling.sample import Area, Notice, Sample, SampledUnit

__all__ = [
    "Allocation",
    "AllocationError",
    "Area",
    "Commitment",
    "CommitmentError",
    "Design",
    "DesignError",
    "Difference",
    "DrawRecord",
    "Fault",
    "Frame",
    "FrameError",
    "Level",
    "Notice",
    "RecordError",
    "Sample",
    "SampledUnit",
    "SamplingError",
    "Seed",
    "SeedError",
    "SelectionError",
    "SizeError",
    "Stage",
    "Stream",
    "Verification",
    "allocate",
    "check_seed_is_new",
    "draw",
    "secret_hash",
    "stream",
    "verify",
]
