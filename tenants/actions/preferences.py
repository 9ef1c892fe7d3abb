"""What a person may set for themselves, whatever their role (S2's list of viewers' writes)."""

from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from tenants.models import Membership, SavedFilter, User
from tenants.rules import Refused

MOST_FILTERS = 50


class TooManyFilters(Refused):
    """The person has saved as many as there may be."""

    code = "too_many_filters"
    message = _("There are 50 saved filters already; drop one first.")


def speak(*, user: User, language: str) -> None:
    """Remember the language that the person reads. The caller has checked that it exists. Public scope."""
    User.objects.filter(pk=user.pk).update(language=language)


@transaction.atomic
def save_filter(*, membership: Membership, name: str, address: str) -> SavedFilter:
    """Keep a page with its filters; a known name leads there from now on. Raises TooManyFilters."""
    # One's own row is held, so that two tabs cannot pass the limit together.
    Membership.objects.select_for_update().get(pk=membership.pk)
    mine = SavedFilter.objects.filter(membership=membership)
    if mine.exclude(name=name).count() >= MOST_FILTERS:
        raise TooManyFilters
    found, _is_new = SavedFilter.objects.update_or_create(
        membership=membership, name=name, defaults={"address": address}
    )
    return found


def drop_filter(*, membership: Membership, number: UUID) -> None:
    """Forget a saved filter of one's own; what is not there is gone already."""
    SavedFilter.objects.filter(membership=membership, pk=number).delete()
