"""The numbers of this app's rows."""

from django.db import models

from tenants import models as ground

SEQUENCE = "insights_number"
NEXT_NUMBER = ground.next_number(SEQUENCE)
# For statements that write many rows.
NEXT_OF_MANY = ground.next_of_many(SEQUENCE)


def number_field() -> models.BigIntegerField:
    """Return a primary key with a number of this tenant only."""
    return ground.number_field(SEQUENCE)
