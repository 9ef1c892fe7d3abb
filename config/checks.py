"""Is the database enough? Asked by `manage.py check --database default` and before migrations (S1)."""

from collections.abc import Collection
from typing import Any

from django.core.checks import CheckMessage, Error, Tags, register
from django.db import connection

from config.surroundings import WHAT_IT_IS, what_lacks
from tenants.scope import owner_scope


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
