"""Keys of rows: sortable random ids, and numbers that no two tenants hand out."""

import uuid

from django.db import models
from uuid_utils.compat import uuid7


def new_id() -> uuid.UUID:
    """Return a sortable random id (UUIDv7)."""
    return uuid7()


def next_number(sequence: str) -> str:
    """Return the SQL of a number that no two tenants hand out: a foreign id leads nowhere, not to a stranger.

    It is the schema's own range of 2^28, then the sequence; 52 bits in all. The sequence is named by text,
    resolved at each call, because a cloned schema must draw from its own.
    """
    return f"({_RANGE} + nextval({_named(sequence)}))"


def next_of_many(sequence: str) -> str:
    """Return the SQL of `next_number` for statements of many rows: what all share is reckoned once."""
    return f"((SELECT {_RANGE}) + nextval((SELECT {_named(sequence)})))"


_RANGE = "(('x' || left(md5(current_schema()::text), 6))::bit(24)::bigint << 28)"


def _named(sequence: str) -> str:
    return f"'{sequence}'::text::regclass"


def number_field(sequence: str) -> models.BigIntegerField:
    """Return a primary key of such numbers."""
    default = models.Func(template=next_number(sequence), output_field=models.BigIntegerField())
    return models.BigIntegerField(primary_key=True, db_default=default, editable=False, serialize=False)
