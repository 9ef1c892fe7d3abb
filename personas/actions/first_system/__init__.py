"""What the first system's documents become here: personas, keywords, contacts, history (F9)."""

from collections.abc import Sequence

from personas.actions.first_system.contacts import Contacts
from personas.actions.first_system.jobs import ReclassificationJobs
from personas.actions.first_system.rules import Keywords, Priorities
from personas.actions.first_system.session import NOBODY, Session
from tenants.records.rules import Collection

__all__ = ["NOBODY", "Session", "collections"]


def collections(session: Session) -> Sequence[Collection]:
    """Return the collections of personas in the order in which they must be taken."""
    return [Priorities(session), Keywords(session), Contacts(session), ReclassificationJobs(session)]
