"""How contacts hold titles, keywords and personas; `actions.lint` puts the rules beside it (P10)."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from django.db import connection

from personas.queries.metrics import title_counts, typed_counts

HOLDERS = """
    SELECT persona_id, keyword_id, locked OR assigned_manually AS held, count(*)
      FROM personas_contactpersona GROUP BY 1, 2, 3
"""
HELD = """
    SELECT t.normalized, count(*)
      FROM personas_contactpersona cp JOIN personas_jobtitle t ON t.id = cp.title_id
     WHERE cp.locked OR cp.assigned_manually
     GROUP BY t.id
"""


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
    """Return how contacts hold titles, personas and keywords. Four queries."""
    held = Counter(dict(_rows(HELD)))
    use = RulesUse(titles=Counter(dict(title_counts())), held=held, typed=typed_counts())
    for persona, keyword, is_held, contacts in _rows(HOLDERS):
        use.personas[persona] += contacts
        if keyword is not None and not is_held:
            use.keywords[keyword] += contacts
    return use


def _rows(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
