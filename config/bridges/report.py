"""What became of each document: counted for the operator, row by row in a CSV file."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tenants.records.rules import Fate, Taken

EXAMPLES = 5
FATE_LABELS = {
    Fate.CREATED: gettext_noop("created"),
    Fate.UPDATED: gettext_noop("updated"),
    Fate.UNCHANGED: gettext_noop("unchanged"),
    Fate.SKIPPED: gettext_noop("skipped"),
    Fate.ERROR: gettext_noop("error"),
}
# What a spreadsheet would take for a formula.
LIVE = ("=", "+", "-", "@", "\t", "\r")
COLUMNS = ("collection", "source_id", "outcome", "id", "reason", "words", "detail", "notes")


@dataclass(slots=True)
class Tally:
    """The counts of one collection; `examples` are some ids for each reason."""

    fates: Counter[Fate] = field(default_factory=Counter)
    reasons: Counter[tuple[Fate, str]] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)
    examples: dict[str, list[str]] = field(default_factory=dict)

    def add(self, taken: Taken) -> None:
        """Count what became of one document."""
        self.fates[taken.fate] += 1
        self.notes.update(taken.notes)
        if taken.reason:
            self.reasons[taken.fate, taken.reason] += 1
        for code in (taken.reason, *taken.notes):
            seen = self.examples.setdefault(code, [])
            if code and len(seen) < EXAMPLES:
                seen.append(
                    f"{taken.id} ({taken.detail})" if taken.detail and code == taken.reason else taken.id
                )

    def pass_over(self, documents: int) -> None:
        """Count documents that earlier runs have read."""
        self.fates[Fate.SKIPPED] += documents
        self.reasons[Fate.SKIPPED, "read_before"] += documents

    def lines(self, words: Mapping[str, str]) -> Iterator[str]:
        """Yield the counts, then each reason and note with its words and some ids."""
        yield "  " + ", ".join(f"{self.fates[fate]:,} {_(FATE_LABELS[fate])}" for fate in Fate)
        for (fate, reason), count in self.reasons.most_common():
            if count:
                yield f"  {_(FATE_LABELS[fate])}: {count:,} {self._told(reason, words)}"
        for note, count in self.notes.most_common():
            yield f"  {_('note')}: {count:,} {self._told(note, words)}"

    def _told(self, code: str, words: Mapping[str, str]) -> str:
        shown = "; ".join(self.examples.get(code, ()))
        return f"{code}: {_(words[code]) if words.get(code) else code}" + (f" [{shown}]" if shown else "")

    def facts(self) -> dict[str, Any]:
        """Return the counts as a script reads them."""
        return {
            **{str(fate): self.fates[fate] for fate in Fate},
            "reasons": {f"{fate}.{reason}": count for (fate, reason), count in self.reasons.items() if count},
            "notes": dict(self.notes),
        }


class RowReport:
    """A CSV file with a line for each document that was looked at; nothing without a path."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._stream = path.open("w", encoding="utf-8-sig", newline="") if path else None
        self._writer = csv.writer(self._stream) if self._stream else None
        if self._writer:
            self._writer.writerow(COLUMNS)

    def add(self, collection: str, taken: Iterable[Taken], words: Mapping[str, str]) -> None:
        """Write what became of some documents."""
        if self._writer:
            self._writer.writerows([_safe(cell) for cell in _cells(collection, one, words)] for one in taken)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._stream:
            self._stream.close()


def _cells(collection: str, one: Taken, words: Mapping[str, str]) -> tuple[str, ...]:
    told = _(words[one.reason]) if words.get(one.reason) else ""
    return (collection, one.id, one.fate, one.target, one.reason, told, one.detail, " ".join(one.notes))


def _safe(cell: str) -> str:
    return f"'{cell}" if cell.startswith(LIVE) else cell
