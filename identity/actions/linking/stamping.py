"""Who links, when, through which door and by which rules."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from identity.actions.linking.ruleset import Ruleset
from identity.rules import Source, Via


@dataclass(frozen=True, slots=True)
class Stamp:
    """What every row of a batch says of its making."""

    source: Source
    via: Via
    now: datetime
    rules: Ruleset
    job: UUID | None = None
    by: UUID | None = None

    @property
    def made(self) -> dict[str, Any]:
        """Return the parameters that links share."""
        return {
            "via": self.via,
            "job": self.job,
            "now": self.now,
            "by": self.by,
            "ruleset": self.rules.text,
        }
