"""From one row to the whole person: two rounds over exact keys, and a word on each tie (W1).

Keys that several people share are named and not followed, or half a town would become one person.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from tenants.display.persons.keys import Key
from tenants.display.persons.telling import MOST_ROWS, Asked, Event, Held, Section, Source, sources
from tenants.rules import RefusalKind, Refused

# A row's keys, then the keys of the rows that these lead to; a third round would walk from friend to friend.
ROUNDS = 2
# Keys that are looked up in all.
MOST_KEYS = 20
# A couple and a child may share a phone; a key of more persons of one app says nothing about one of them.
MOST_HOLDERS = 3
MOST_EVENTS = 200


class NoSuchPersonRow(Refused):
    """There is no such person in this tenant."""

    code = "person_unknown"
    kind = RefusalKind.MISSING
    message = _("There is no such person.")


@dataclass(frozen=True, slots=True)
class Tied:
    """A row of the person and why: `by` the key it shares, or the app's own `link`; neither is the start."""

    held: Held
    by: Key | None = None
    link: str = ""


@dataclass(frozen=True, slots=True)
class WholePerson:
    """Everything that all apps know of one person; events newest first.

    `shared` are keys that were not followed, `is_cut` says that a key or the list of events had more.
    """

    start: Held
    rows: Sequence[Tied]
    keys: Sequence[Key]
    shared: Sequence[Key]
    sections: Sequence[Section]
    events: Sequence[Event]
    is_cut: bool


def whole_person(*, of: str, row: str, asked: Asked) -> WholePerson:
    """Return the person behind a row. A bounded number of queries. Raises NoSuchPersonRow."""
    gathered = _Gathered(asked)
    own = next((source for source in sources() if of in source.kinds), None)
    found = own.find(of, row, asked) if own else ()
    if not found:
        raise NoSuchPersonRow(of=of, row=row)
    gathered.begin(found)
    for _round in range(ROUNDS):
        gathered.widen()
    return gathered.told(found[0])


class _Gathered:
    """What is known so far; rows in the order in which they were found."""

    def __init__(self, asked: Asked) -> None:
        self.asked = asked
        self.rows: dict[tuple[str, str], Tied] = {}
        self.looked_up: set[Key] = set()
        self.shared: set[Key] = set()
        self.is_cut = False

    def begin(self, found: Sequence[Held]) -> None:
        """Start from a row and what its app ties to it."""
        self.rows[found[0].address] = Tied(found[0])
        self._add_linked(found[1:])

    def widen(self) -> None:
        """Look once for the rows that carry the keys that are known now."""
        fresh = sorted(self._keys() - self.looked_up, key=lambda key: key.rank)
        room = MOST_KEYS - len(self.looked_up)
        self.is_cut |= len(fresh) > room
        self.looked_up.update(fresh[:room])
        for source in sources() if fresh[:room] else ():
            self._take(source.holders(fresh[:room], self.asked), fresh[:room])

    def told(self, start: Held) -> WholePerson:
        """Let each app tell about its rows."""
        keys = sorted(self._keys(), key=lambda key: key.rank)
        own = [key for key in keys if key not in self.shared]
        parts = [source.tell(self._of(source), own, self.asked) for source in sources()]
        events = sorted((e for part in parts for e in part.events), key=lambda one: one.at, reverse=True)
        return WholePerson(
            start=start,
            rows=list(self.rows.values()),
            keys=keys,
            shared=[key for key in keys if key in self.shared],
            sections=[section for part in parts for section in part.sections],
            events=events[:MOST_EVENTS],
            is_cut=self.is_cut or len(events) > MOST_EVENTS,
        )

    def _of(self, source: Source) -> list[Held]:
        return [one.held for one in self.rows.values() if one.held.of in source.kinds]

    def _keys(self) -> set[Key]:
        return {key for one in self.rows.values() for key in one.held.keys}

    def _take(self, found: Sequence[Held], keys: Collection[Key]) -> None:
        self.is_cut |= len(found) >= MOST_ROWS
        self.shared |= _shared(found, keys)
        for held in found:
            by = min((set(keys) & held.keys) - self.shared, key=lambda key: key.rank, default=None)
            if by is not None:
                self.rows.setdefault(held.address, Tied(held, by))
        self._add_linked(found)

    def _add_linked(self, found: Sequence[Held]) -> None:
        """Add what the app itself ties to a row of the person: a lead's person, then that person's leads."""
        for _step in range(2):
            for held in found:
                if not held.linked_to.isdisjoint(self.rows):
                    self.rows.setdefault(held.address, Tied(held, link=held.link))


def _shared(found: Iterable[Held], keys: Collection[Key]) -> set[Key]:
    holders: Mapping[Key, set[str]] = defaultdict(set)
    for held in found:
        for key in held.keys & set(keys):
            holders[key].add(held.group)
    return {key for key, groups in holders.items() if len(groups) > MOST_HOLDERS}
