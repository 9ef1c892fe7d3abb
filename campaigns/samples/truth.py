"""What a correct reading of an invented file finds: how each row ends, and who can be called."""

from collections import Counter
from dataclasses import asdict, dataclass, field
from datetime import date

from campaigns.imports import RowCode, RowStatus


@dataclass(frozen=True, slots=True)
class PersonTruth:
    """Somebody who can be called: numbers in the order of calling, what is owed to whom, until when."""

    document: str
    name: str
    phones: tuple[str, ...]
    debts: dict[str, int]
    instalments: dict[str, int]
    fecha_limite: date | None
    fecha_maxima: date | None
    lines: tuple[int, ...]


@dataclass(slots=True)
class Truth:
    """How each row ends, by its line in the file, and the persons in the order of their first rows."""

    rows: dict[int, tuple[str, str]] = field(default_factory=dict)
    persons: list[PersonTruth] = field(default_factory=list)

    def end(self, line: int, status: RowStatus, code: RowCode | None = None) -> None:
        """Write down how a row must end."""
        self.rows[line] = (str(status), str(code or ""))

    def counts(self) -> dict[str, int]:
        """Return how many rows end in each way."""
        return dict(Counter(status for status, _code in self.rows.values()))

    def as_document(self) -> dict[str, object]:
        """Return all of it as plain values."""
        return {
            "counts": self.counts(),
            "rows": [[line, *ended] for line, ended in self.rows.items()],
            "persons": [asdict(person) for person in self.persons],
        }
