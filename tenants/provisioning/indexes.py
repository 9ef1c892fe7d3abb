"""How does a tenant get back an index that somebody dropped? Its roles own nothing: one function does it."""

from django.conf import settings

from tenants.provisioning import callers

# Runs as the owner, and does one thing: what the template has and the caller's own schema has not is made
# there. Nothing of it comes from the caller but the app's name, which is only compared.
MAKE_MISSING = """
    CREATE OR REPLACE FUNCTION public.make_missing_indexes(app text)
    RETURNS TABLE (table_name text, index_name text, made boolean)
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        {declared}
        one record;
    BEGIN
        {checked}
        FOR one IN
            SELECT t.relname AS home, i.relname AS name, pg_get_indexdef(i.oid) AS definition,
                   pg_get_constraintdef(k.oid) AS law
              FROM pg_index x
              JOIN pg_class i ON i.oid = x.indexrelid
              JOIN pg_class t ON t.oid = x.indrelid
              LEFT JOIN pg_constraint k ON k.conindid = i.oid AND k.contype IN ('p', 'u', 'x')
             WHERE t.relnamespace = to_regnamespace({template}) AND starts_with(t.relname, app || '_')
             ORDER BY 1, 2
        LOOP
            table_name := one.home;
            index_name := one.name;
            made := NOT EXISTS (SELECT 1 FROM pg_class c
                                 WHERE c.relnamespace = to_regnamespace(quote_ident(own))
                                   AND c.relname = one.name AND c.relkind = 'i');
            IF made AND one.law IS NOT NULL THEN
                EXECUTE format('ALTER TABLE %I.%I ADD CONSTRAINT %I %s', own, one.home, one.name, one.law);
            ELSIF made THEN
                EXECUTE replace(one.definition, format(' ON %I.%I ', {template}, one.home),
                                format(' ON %I.%I ', own, one.home));
            END IF;
            RETURN NEXT;
        END LOOP;
    END $body$
"""


def install() -> None:
    """Write the function, or write it anew. Owner's scope."""
    callers.install(MAKE_MISSING, template=settings.TENANT_BASE_SCHEMA)
