"""The planner's statistics after a large import: tenants' log-ins own no table, so they have to ask (S1)."""

import logging

from django.db import OperationalError, connection

log = logging.getLogger(__name__)
ANALYZE_GROWN = "SELECT * FROM public.analyze_grown_tables()"
# Fewer rows wait for autovacuum, which comes within a minute or so.
LARGE_IMPORT = 10_000


def refresh_statistics(*, rows: int) -> list[str]:
    """Let the planner know the tenant's tables that grew, if an import brought many rows; return their names.

    Outside of a transaction, in a tenant's scope. What the database refuses is logged: the rows are in, and
    autovacuum comes. At most one query.
    """
    if rows < LARGE_IMPORT:
        return []
    try:
        with connection.cursor() as cursor:
            cursor.execute(ANALYZE_GROWN)
            return [name for (name,) in cursor.fetchall()]
    except OperationalError as error:
        log.warning("tenants: statistics were not refreshed: %s", type(error.__cause__).__name__)
        return []
