"""What files are read by: the tenant's country and zone, its milestones, the moment."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from identity.imports import Terms
from identity.models import IdentitySettings


def terms_of(*, country: str, zone: str, now: datetime) -> Terms:
    """Return the terms of the open tenant; an unknown zone is UTC. One query."""
    milestones = (IdentitySettings.objects.first() or IdentitySettings()).milestones
    amounts = {str(one["code"]): Decimal(str(one["amount"])) for one in milestones}
    # The first system calls a milestone by its trips.
    codes = {str(one["trips"]): str(one["code"]) for one in milestones}
    return Terms(country, _zone(zone), now, amounts, codes | {code.upper(): code for code in amounts})


def currency() -> str:
    """Return the currency of the open tenant's claims. One query."""
    return str((IdentitySettings.objects.first() or IdentitySettings()).currency)


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(str(UTC))
