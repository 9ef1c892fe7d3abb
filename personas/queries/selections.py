"""Which contacts does a reclassification select? Read by titles or by contacts, whichever way is shorter.

A contact is selected when its title is not blank, also one without a normalised copy: no title finds that,
so it is read apart and its title judged in Python.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection

from personas.rules import Match, ReclassificationType, matches_title, phrase_stands_in

# The index's own expression, and then the words in their order: the index forgets neighbours of equal words.
TITLES = """
    SELECT t.id, t.normalized, t.contacts_count FROM personas_jobtitle t
     WHERE t.id > %(after)s AND {titles} ORDER BY t.id LIMIT %(limit)s
"""
PHRASE = """
    to_tsvector('simple'::regconfig, coalesce(t.normalized, '')) @@ any_phrase.query
    AND ' ' || t.normalized || ' ' LIKE ANY(%(patterns)s)
"""
PHRASES = (
    "(SELECT string_agg('(' || phraseto_tsquery('simple', phrase)::text || ')', ' | ')::tsquery"
    " FROM unnest(%(beginnings)s::text[]) AS phrase)"
)
# The index is asked for the first words of each text: it weighs every word against all of them, which for a
# thousand long texts takes minutes.
ASKED_WORDS = 3

# As a value, not EXISTS: the planner would read every contact first, for the few without Latin letters.
BY_CONTACT = r"""
      FROM personas_contactpersona cp JOIN personas_jobtitle t ON t.id = cp.title_id
     WHERE {contacts} AND (t.normalized <> '' OR (
           SELECT c.job_title ~ '\S' FROM personas_contact c WHERE c.id = cp.contact_id))
"""
BY_TITLE = """
      FROM personas_jobtitle t JOIN personas_contact c ON c.title_id = t.id
      JOIN personas_contactpersona cp ON cp.contact_id = c.id
     WHERE {titles}
"""
WITHOUT_COPY = r"""
      FROM personas_contact c JOIN personas_contactpersona cp ON cp.contact_id = c.id
     WHERE c.title_id IS NULL AND c.job_title ~ '\S' AND {contacts}
"""
HELD = "(cp.locked OR cp.assigned_manually)"


@dataclass(frozen=True, slots=True)
class Selection:
    """A type with its parameters looked up: texts normalised, codes turned into ids.

    Kept with the job, so that a keyword or persona may be deleted while it waits.
    """

    type: ReclassificationType
    keyword: str = ""
    match: Match = Match.PHRASE
    persona: int | None = None
    phrases: tuple[str, ...] = ()

    @property
    def is_by_title(self) -> bool:
        """Say whether titles lead to the contacts: few of them may match."""
        return self.type in {ReclassificationType.BY_KEYWORD, ReclassificationType.AFFECTED}

    def takes_title(self, normalized: str) -> bool:
        """Answer for one normalised title whether its contacts are selected (P2)."""
        if self.type is ReclassificationType.BY_KEYWORD:
            return matches_title(match=self.match, keyword=self.keyword, title=normalized)
        if self.type is ReclassificationType.AFFECTED:
            return any(phrase_stands_in(phrase, normalized) for phrase in self.phrases)
        return True


@dataclass(frozen=True, slots=True)
class TitleCount:
    """How many selected contacts of a title have a persona, and whether a person holds them."""

    title: str
    persona: int
    held: bool
    contacts: int


def titles_of(selection: Selection, *, after: int, limit: int) -> list[tuple[int, str, int]]:
    """Return (id, normalised, contacts) of the next distinct titles that are selected, by id. One query."""
    # An id that no title has means "by the words", which leaves nothing of the index's order.
    return _rows(TITLES.format(titles=_titles(selection)), _params(selection) | _page(after, limit))


def counts_of(selection: Selection) -> Iterator[TitleCount]:
    """Yield the selected contacts, counted by title, persona and hold. Two queries."""
    source = BY_TITLE if selection.is_by_title else BY_CONTACT
    where = source.format(titles=_titles(selection), contacts=_contacts(selection))
    counted = f"SELECT t.normalized, cp.persona_id, {HELD}, count(*) {where} GROUP BY 1, 2, 3"
    yield from (TitleCount(*row) for row in _rows(counted, _params(selection)))
    where = WITHOUT_COPY.format(contacts=_contacts(selection))
    counted = f"SELECT c.job_title, cp.persona_id, {HELD}, count(*) {where} GROUP BY 1, 2, 3"
    yield from (TitleCount(*row) for row in _rows(counted, _params(selection)))


def contacts_without_copy(selection: Selection, *, after: int, limit: int) -> list[tuple[Any, ...]]:
    """Return (id, title, persona, keyword, its text, held) of contacts that no title leads to. One query."""
    where = WITHOUT_COPY.format(contacts=_contacts(selection))
    columns = f"c.id, c.job_title, cp.persona_id, cp.keyword_id, cp.keyword_text, {HELD}"
    wanted = f"SELECT {columns} {where} AND c.id > %(after)s ORDER BY c.id LIMIT %(limit)s"
    return _rows(wanted, _params(selection) | _page(after, limit))


def expected_contacts(selection: Selection) -> int | None:
    """Return about how many contacts are selected, None where counting costs too much. One query."""
    if selection.is_by_title:
        return None
    if selection.persona is not None:
        wanted = "SELECT count(*) FROM personas_contactpersona cp WHERE cp.persona_id = %(persona)s"
        return int(_rows(wanted, _params(selection))[0][0])
    wanted = "SELECT coalesce(sum(contacts_count), 0) FROM personas_jobtitle WHERE normalized <> ''"
    return int(_rows(wanted, {})[0][0])


def _titles(selection: Selection) -> str:
    if not selection.is_by_title:
        return "true"
    if selection.type is ReclassificationType.BY_KEYWORD and selection.match is Match.EXACT:
        return "t.normalized = %(keyword)s"
    return PHRASE.replace("any_phrase.query", PHRASES)


def _contacts(selection: Selection) -> str:
    return "true" if selection.persona is None else "cp.persona_id = %(persona)s"


def _params(selection: Selection) -> dict[str, Any]:
    phrases = list(selection.phrases) or [selection.keyword]
    return {
        "keyword": selection.keyword,
        "persona": selection.persona,
        "beginnings": list({" ".join(phrase.split()[:ASKED_WORDS]) for phrase in phrases}),
        # Normalised texts hold nothing that LIKE reads as a sign.
        "patterns": [f"% {phrase} %" for phrase in phrases],
    }


def _page(after: int, limit: int) -> dict[str, Any]:
    return {"after": after, "limit": limit}


def _rows(statement: str, params: dict[str, Any]) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        found: list[Any] = cursor.fetchall()
        return found
