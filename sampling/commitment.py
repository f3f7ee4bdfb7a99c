"""What is published before a draw, so that nobody can choose its result."""

from dataclasses import asdict, dataclass
from typing import Final

from sampling.design import Design
from sampling.errors import CommitmentError, Fault
from sampling.frame import Frame
from sampling.randomness import Seed, secret_hash

FORMAT: Final = "survey-commitment/1"


@dataclass(frozen=True)
class Commitment:
    """Digests published before the draw, and the public value that will complete the seed.

    Attributes
    ----------
    frame_digest, design_digest : str
        SHA-256 of the canonical frame and design.
    secret_sha256 : str
        SHA-256 of the secret part of the seed.
    public_event : str
        Where the public part will come from, e.g. a lottery, its date and prize.
    """

    frame_digest: str
    design_digest: str
    secret_sha256: str
    public_event: str

    @classmethod
    def of(cls, frame: Frame, design: Design, secret: str, public_event: str) -> "Commitment":
        """Prepare the publication."""
        if not public_event.strip():
            raise CommitmentError(
                [Fault("event-empty", "public_event", "empty", "Name the event and its date")]
            )
        return cls(frame.digest, design.digest, secret_hash(secret), public_event)

    def to_dict(self) -> dict[str, str]:
        """Return the commitment as plain values."""
        return {"format": FORMAT, **asdict(self)}

    def check(self, frame: Frame, design: Design, seed: Seed) -> None:
        """Raise :class:`CommitmentError` for everything that is not as published."""
        secret = dict(seed.material).get("secret")
        found = {
            "frame_digest": frame.digest,
            "design_digest": design.digest,
            "secret_sha256": "no secret" if secret is None else secret_hash(secret),
        }
        faults = [
            Fault(
                "changed-after-commitment",
                field,
                f"{value}, published {getattr(self, field)}",
                "Use what was published, or publish anew and wait for a new public value",
            )
            for field, value in found.items()
            if value != getattr(self, field)
        ]
        if faults:
            raise CommitmentError(faults)
