"""Who calls a function that runs as the owner? How each one that tenants may call begins (S1, S2)."""

from django.db import connection
from psycopg import sql

# The caller is who logged in (or, in tests, whose role was taken on): a tenant's login is a member of
# nothing, so it cannot call itself by another's name, and a viewer's is refused. `own` is the caller's
# schema, and the only one that such a function touches.
DECLARED = """
        login text := coalesce(nullif(current_setting('role'), 'none'), session_user);
        own text := regexp_replace(login, '_rw$', '');
"""
CHECKED = """
        IF login !~ '_rw$' OR NOT EXISTS (
            SELECT 1 FROM public.tenants_tenant t WHERE t.schema_name = own) THEN
            RAISE insufficient_privilege USING MESSAGE = 'only a tenant may ask for its own tables';
        END IF;
"""


def install(function: str, **names: str) -> None:
    """Write a function of `public`, or write it anew; `names` become literals. Owner's scope."""
    values = {name: sql.Literal(value) for name, value in names.items()}
    opening = {"declared": sql.SQL(DECLARED), "checked": sql.SQL(CHECKED)}
    with connection.cursor() as cursor:
        cursor.execute(sql.SQL(function).format(**opening, **values).as_string(cursor.connection))
