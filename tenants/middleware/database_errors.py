"""What the database's refusals mean to a person (S2, S12, S13)."""

from django.db import DatabaseError, OperationalError
from django.utils.translation import gettext_lazy as _

from tenants.middleware.stray import STRAY, noted
from tenants.permissions import Forbidden
from tenants.rules import RefusalKind, Refused

# read_only_sql_transaction, insufficient_privilege
REFUSED_WRITES = frozenset({"25006", "42501"})


class DatabaseAway(Refused):
    """The database cannot be reached or gave up waiting."""

    code = "database_unavailable"
    kind = RefusalKind.UNAVAILABLE
    message = _("The service is briefly unavailable. Try again in a moment.")


def refusal_of(error: BaseException | None) -> Refused | None:
    """Return the refusal that a database's error or stray input amounts to, None for a defect of ours."""
    if isinstance(error, STRAY):
        return noted(error)
    if isinstance(error, DatabaseError) and sqlstate(error) in REFUSED_WRITES:
        return Forbidden()
    if isinstance(error, OperationalError):
        return DatabaseAway(retry_after_s=5)
    return None


def sqlstate(error: BaseException) -> str:
    """Return PostgreSQL's five-character code of a wrapped error, "" without one."""
    return getattr(error.__cause__, "sqlstate", None) or ""
