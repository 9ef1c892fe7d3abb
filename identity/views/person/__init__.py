"""What identity tells about a person: persons, leads and accounts, links and their evidence."""

from identity.views.person.finding import KINDS, find, holders
from identity.views.person.telling import tell
from tenants.display.persons import Source

source = Source(KINDS, find, holders, tell, position=30)

__all__ = ["source"]
