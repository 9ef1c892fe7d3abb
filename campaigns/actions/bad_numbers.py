"""A person says that a bad number may be called again."""

from uuid import UUID

from django.db import transaction

from campaigns.models import BadNumber
from tenants.records.actions import note


@transaction.atomic
def clear_bad_number(*, number: str, by: UUID | None = None) -> bool:
    """Take a number's flag away; say whether it had one. Entries that retired it keep it retired."""
    gone, _each = BadNumber.objects.filter(pk=number).delete()
    if gone:
        note(verb="clear", of="bad number", id=number, by=by)
    return bool(gone)
