"""The numbers of this app's rows."""

from django.db import models

from tenants import models as ground

SEQUENCE = "personas_number"
NEXT_NUMBER = ground.next_number(SEQUENCE)


def number_field() -> models.BigIntegerField:
    """Return a primary key with a number of this tenant only."""
    return ground.number_field(SEQUENCE)
