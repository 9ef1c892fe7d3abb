"""What is stored in the shared schema: tenants, people, memberships, keys, refresh families, tickets."""

from tenants.models.acts import Act, PlatformAct
from tenants.models.alerts import Cause, PlatformAlert
from tenants.models.keys import ApiKey, RefreshFamily, RefreshToken
from tenants.models.numbering import new_id, next_number, next_of_many, number_field
from tenants.models.people import Member, Membership, SavedFilter, User, Users
from tenants.models.sessions import LogIn, Session
from tenants.models.tenancy import Domain, Tenant
from tenants.models.work import JobRequest, Ticket

__all__ = [
    "Act",
    "ApiKey",
    "Cause",
    "Domain",
    "JobRequest",
    "LogIn",
    "Member",
    "Membership",
    "PlatformAct",
    "PlatformAlert",
    "RefreshFamily",
    "RefreshToken",
    "SavedFilter",
    "Session",
    "Tenant",
    "Ticket",
    "User",
    "Users",
    "new_id",
    "next_number",
    "next_of_many",
    "number_field",
]
