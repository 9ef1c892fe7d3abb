"""What an operator may ask for by hand: indexes that somebody dropped."""

from dataclasses import dataclass

from django.db import transaction

from personas.actions import statements as sql

# A tenant's role owns nothing and cannot make an index (S1); the function can, and nothing else.
MAKE_MISSING = "SELECT * FROM public.make_missing_indexes('personas')"


@dataclass(frozen=True, slots=True)
class FoundIndex:
    """An index of the domain, and whether it was missing and has been made."""

    table: str
    name: str
    made: bool


@transaction.atomic
def ensure_indexes() -> list[FoundIndex]:
    """Make the indexes that the models declare and the schema lacks; return all of them. One query.

    Writers of a table wait while its index is made.
    """
    return [FoundIndex(*row) for row in sql.rows(MAKE_MISSING)]
