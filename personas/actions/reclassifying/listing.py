"""The list of a reclassification: titles are decided once each, then contacts are compared with them (R5)."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import connection

from personas import queries
from personas.actions import statements
from personas.actions.reclassifying import statements as sql
from personas.classifier import Ruleset, normalise
from personas.models import Reclassification
from personas.queries import Selection
from personas.rules import RECLASSIFICATION_BATCH

# Stretches of about a twentieth of a second: a title costs some microseconds, a contact one or two.
TITLES = RECLASSIFICATION_BATCH
CONTACTS = 8 * RECLASSIFICATION_BATCH
SINGLE_CONTACTS = 1_000

Place = dict[str, Any]


@dataclass(slots=True)
class Listed:
    """What one stretch found: contacts selected, held, and moving by (old, new) persona."""

    selected: int = 0
    held: int = 0
    moves: Counter[tuple[int, int]] | None = None

    @property
    def moving(self) -> int:
        """Count the contacts that would change."""
        return self.moves.total() if self.moves else 0


class Lister:
    """Fills the list of one reclassification, a stretch a call, each from where the last one ended."""

    def __init__(self, of: Reclassification, selection: Selection, rules: Ruleset) -> None:
        self._of, self._selection, self._rules = of, selection, rules

    def decide_titles(self, after: int) -> int | None:
        """Decide the next distinct titles; return the last one's id, None when there are no more."""
        limit = TITLES * 4 if self._selection.is_by_title else TITLES
        found = queries.titles_of(self._selection, after=after, limit=limit)
        with connection.cursor() as cursor, cursor.copy(sql.DECIDED) as copy:
            for number, title, _contacts in found:
                copy.write_row((self._of.pk, number, *self._decide(title)))
        return found[-1][0] if len(found) == limit else None

    def list_contacts(self, place: Place) -> tuple[Listed, Place | None]:
        """List the next contacts after `place`; return what was found and the next place, None at the end."""
        return self._by_title(place) if self._selection.is_by_title else self._by_contact(place)

    def list_without_copy(self, after: int) -> tuple[Listed, int | None]:
        """List the next contacts that no title leads to, each judged by its own title."""
        found = queries.contacts_without_copy(self._selection, after=after, limit=SINGLE_CONTACTS)
        taken = [row for row in found if self._selection.takes_title(normalise(row[1]))]
        listed = self._list_singly(taken) if taken else Listed()
        return listed, found[-1][0] if len(found) == SINGLE_CONTACTS else None

    def _decide(self, normalized: str) -> tuple[int, int | None, str]:
        keyword = self._rules.winner(normalized)
        persona = self._rules.persona_of(keyword).id
        return (persona, keyword.id, keyword.text) if keyword else (persona, None, "")

    def _by_contact(self, place: Place) -> tuple[Listed, Place | None]:
        after = place.get("contact", 0)
        asked = {"after": after, "persona": self._selection.persona}
        ((upto,),) = statements.rows(sql.END_OF_CONTACTS, limit=CONTACTS, **asked)
        if upto is None:
            return Listed(), None
        return self._list(sql.CONTACTS, upto=upto, **asked), {"contact": upto}

    def _by_title(self, place: Place) -> tuple[Listed, Place | None]:
        """Take as many titles as fill a stretch; a title of very many contacts takes several stretches."""
        if "within" in place:
            return self._within_title(place["within"], place["contact"])
        found = statements.rows(sql.NEXT_TITLES, of=self._of.pk, after=place.get("title", 0), limit=TITLES)
        if not found:
            return Listed(), None
        if found[0][1] > CONTACTS:
            return self._within_title(found[0][0], 0)
        titles = _filling(found, CONTACTS)
        listed = self._list(sql.TITLES, titles=titles, after=0, upto=1 << 62)
        is_last = len(found) < TITLES and titles[-1] == found[-1][0]
        return listed, None if is_last else {"title": titles[-1]}

    def _within_title(self, title: int, after: int) -> tuple[Listed, Place | None]:
        ((upto,),) = statements.rows(sql.END_OF_TITLE, title=title, after=after, limit=CONTACTS)
        if upto is None:
            return Listed(), {"title": title}
        listed = self._list(sql.TITLES, titles=[title], after=after, upto=upto)
        return listed, {"within": title, "contact": upto, "title": title}

    def _list(self, contacts: str, **asked: Any) -> Listed:
        met_again = sql.ONCE if self._selection.is_by_title else ""
        statement = sql.LISTED.format(contacts=contacts, met_again=met_again)
        found = statements.rows(statement, of=self._of.pk, **asked)
        listed = Listed(moves=Counter())
        for old, new, count, held in found:
            if old is None:
                listed.selected, listed.held = count, held
            elif listed.moves is not None:
                listed.moves[old, new] = count
        return listed

    def _list_singly(self, taken: Iterable[tuple[Any, ...]]) -> Listed:
        listed, moving = Listed(), []
        for number, typed, old, old_keyword, old_text, held in taken:
            persona, keyword, text = self._decide(normalise(typed))
            listed.selected += 1
            listed.held += held
            if not held and persona != old:
                moving.append((number, old, old_keyword, old_text, persona, keyword, text))
        written = self._write_singly(moving) if moving else set()
        listed.moves = Counter((row[1], row[4]) for row in moving if row[0] in written)
        # The others were listed, and counted, while a title still led to them.
        listed.selected -= len(moving) - len(written)
        return listed

    def _write_singly(self, moving: list[tuple[Any, ...]]) -> set[int]:
        names = ("contacts", "old", "old_keywords", "old_texts", "new", "keywords", "texts")
        arrays = dict(zip(names, map(list, zip(*moving, strict=True)), strict=True))
        return {number for (number,) in statements.rows(sql.LISTED_SINGLY, of=self._of.pk, **arrays)}


def _filling(found: list[tuple[int, int]], room: int) -> list[int]:
    """Return the first titles whose contacts fit into a stretch; the first one always."""
    taken: list[int] = []
    for number, contacts in found:
        room -= contacts
        if taken and room < 0:
            break
        taken.append(number)
    return taken
