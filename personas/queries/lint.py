"""How contacts hold titles, keywords and personas; `actions.lint` puts the rules beside it (P10)."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

# One pass over the narrow rows answers every question of the tree, so that its figures agree.
USE = """
    SELECT t.normalized, u.persona_id, u.keyword_id, u.held, u.contacts
      FROM (SELECT title_id, persona_id, keyword_id, locked OR assigned_manually AS held, count(*) AS contacts
              FROM personas_contactpersona
             GROUP BY 1, 2, 3, 4) AS u
      LEFT JOIN personas_jobtitle t ON t.id = u.title_id
"""
# What has no normalised copy yet is counted as it was typed (R10): few rows, found by their index.
TYPED = "SELECT job_title, count(*) FROM personas_contact WHERE title_id IS NULL GROUP BY 1"


@dataclass(slots=True)
class RulesUse:
    """Contacts by normalised title, by persona id, and by the id of the keyword that won them.

    `held` counts by title those whose persona a person decided, which no keyword moves (P7). `typed` counts
    titles as they were written, of contacts without a normalised copy.
    """

    titles: Counter[str] = field(default_factory=Counter)
    held: Counter[str] = field(default_factory=Counter)
    personas: Counter[int] = field(default_factory=Counter)
    keywords: Counter[int] = field(default_factory=Counter)
    typed: Counter[str] = field(default_factory=Counter)


def rules_use() -> RulesUse:
    """Return how contacts hold titles, personas and keywords. Two queries, one pass over the contacts."""
    use = RulesUse()
    for title, persona, keyword, held, contacts in _rows(USE):
        use.personas[persona] += contacts
        if title is not None:
            use.titles[title] += contacts
        if held:
            use.held[title or ""] += contacts
        elif keyword is not None:
            use.keywords[keyword] += contacts
    use.typed.update(dict(_rows(TYPED)))
    return use


def _rows(statement: str) -> Iterator[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        yield from cursor
