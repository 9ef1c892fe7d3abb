"""Numbers that no two tenants hand out, so that a foreign id leads nowhere instead of to a stranger."""

from django.db import models

SEQUENCE = "personas_number"
# The sequence is named by text, resolved at each call, because a cloned schema must draw from its own.
NEXT_NUMBER = (
    "((('x' || left(md5(current_schema()::text), 6))::bit(24)::bigint << 28)"
    f" + nextval('{SEQUENCE}'::text::regclass))"
)


def tenant_number() -> models.Func:
    """Return the default of a primary key: the schema's own range of 2^28, then its sequence; 52 bits in all.

    A sequence that starts at 1 in every schema would let another tenant's id name one's own contact.
    """
    return models.Func(template=NEXT_NUMBER, output_field=models.BigIntegerField())


def number_field() -> models.BigIntegerField:
    """Return a primary key with such a number."""
    default = tenant_number()
    return models.BigIntegerField(primary_key=True, db_default=default, editable=False, serialize=False)
