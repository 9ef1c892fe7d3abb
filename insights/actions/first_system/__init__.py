"""What the first social system's tables become here: brands, their viewers, past insights (F11).

It is history: brands come disabled, nobody gains access, and what was found is only added, never mixed with
what is reckoned here.
"""

from collections.abc import Sequence

from insights.actions.first_system.fichas import Fichas
from insights.actions.first_system.findings import Findings
from insights.actions.first_system.past import FINDINGS, Past, Session
from insights.actions.first_system.viewers import Viewers
from tenants.records.rules import Collection

__all__ = ["FINDINGS", "Session", "collections"]


def collections(session: Session) -> Sequence[Collection]:
    """Return the tables in the order in which they must be taken."""
    past = Past()
    return [Fichas(session, past), Viewers(session, past), Findings(session, past)]
