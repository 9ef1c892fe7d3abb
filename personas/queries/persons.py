"""Which contacts are somebody: by number, by e-mail, by phone."""

from collections.abc import Collection

from django.db.models import Q

from personas.models import Contact, ContactEmail
from personas.queries.contacts import contacts


def contacts_known_by(*, emails: Collection[str], phones: Collection[str], most: int) -> list[Contact]:
    """Return the contacts that hold one of these texts, with all that lists show. Four queries."""
    # Asked apart: a join would leave the index of the one for the other's sake.
    owners = ContactEmail.objects.filter(address__in=emails).values_list("contact", flat=True)
    either = Q(pk__in=list(owners[:most])) | (Q(phone__in=phones) & ~Q(phone=""))
    return list(contacts().filter(either).order_by("pk")[:most])


def contacts_by_number(*, numbers: Collection[int]) -> list[Contact]:
    """Return contacts with all that lists show. Three queries."""
    return list(contacts().filter(pk__in=numbers))
