"""What the tables of the first identity system become here: leads, drivers, trips, persons, claims (F10)."""

from collections.abc import Sequence

from identity.actions.first_system.links import Links
from identity.actions.first_system.origins import Origins
from identity.actions.first_system.session import Session
from identity.actions.first_system.sheets import Claims, Drivers, Leads, Scouts, Trips
from tenants.records.rules import Collection

__all__ = ["Session", "collections"]


def collections(session: Session) -> Sequence[Collection]:
    """Return the tables of identity in the order in which they must be taken."""
    return [
        Leads(session),
        Scouts(session),
        Drivers(session),
        Trips(session),
        Links(session),
        Origins(session),
        Claims(session),
    ]
