"""What the first calling system's documents become here: accounts, campaigns, people, calls (F9).

Nothing of it calls anybody: accounts come without a provider, campaigns are over or not launched, and whoever
waited for a call is on hold.
"""

from collections.abc import Sequence

from campaigns.actions.first_system.accounts import Accounts
from campaigns.actions.first_system.batches import Batches
from campaigns.actions.first_system.past import Past, Session
from campaigns.actions.first_system.people import Debtors, Jobs
from tenants.records.rules import Collection

__all__ = ["collections"]


def collections(session: Session) -> Sequence[Collection]:
    """Return the collections of campaigns in the order in which they must be taken."""
    past = Past()
    return [Accounts(session, past), Batches(session, past), Debtors(session, past), Jobs(session, past)]
