"""One import from the first identity system: what was asked for, and what a dry run has seen so far."""

from dataclasses import dataclass, field
from uuid import UUID

from identity.imports import Terms


@dataclass(slots=True)
class Session:
    """The choices of one run. A dry run remembers which leads and drivers it would have written."""

    terms: Terms
    currency: str
    system: str = "cabinet"
    dry_run: bool = False
    by: UUID | None = None
    # Hashes, for memory's sake: only a dry run keeps them.
    seen: dict[str, set[int]] = field(default_factory=dict)

    def see(self, kind: str, key: str) -> None:
        """Remember in a dry run that something would be here."""
        if self.dry_run:
            self.seen.setdefault(kind, set()).add(hash(key))

    def has_seen(self, kind: str, key: str) -> bool:
        """Say whether something would be here, had this been no dry run."""
        return hash(key) in self.seen.get(kind, ())
