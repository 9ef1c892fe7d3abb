"""Is the database enough (S1), is what leaves sealed? Asked by `manage.py check` and before migrations."""

from collections.abc import Collection
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.db import connection

from config.surroundings import WHAT_IT_IS, what_lacks
from tenants.scope import owner_scope

PLAIN_REPORTS = "SENTRY_DSN begins with http://: reports of defects can be read on their way. Use https."


@register(Tags.database)
def database_is_enough(databases: Collection[str] | None = None, **_options: Any) -> list[CheckMessage]:
    """Refuse an old server, and an owner who may not make the tenants' log-ins."""
    if not databases:
        return []
    with owner_scope(), connection.cursor() as cursor:
        cursor.execute(WHAT_IT_IS)
        (found,) = cursor.fetchall()
    lacking = what_lacks(*found)
    return [Error(lacking, id="config.E001")] if lacking else []


@register(Tags.security, deploy=True)
def reports_are_sealed(**_options: Any) -> list[CheckMessage]:
    """Warn of a Sentry that is told of defects in plain text."""
    sealed = not settings.SENTRY_DSN.startswith("http://")
    return [] if sealed else [Warning(PLAIN_REPORTS, id="config.W001")]
