"""How does the planner hear of a large import? A tenant's roles own nothing: one function tells it."""

from tenants.provisioning import callers

# Runs as the owner, and does one thing: tables of the caller's own schema that have grown by more than a
# tenth since they were last looked at are looked at now. Nothing of it comes from the caller. A table that
# autovacuum or another import is just looking at is left to that.
ANALYZE_GROWN = """
    CREATE OR REPLACE FUNCTION public.analyze_grown_tables()
    RETURNS SETOF text
    LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $body$
    DECLARE
        {declared}
        grown text;
    BEGIN
        {checked}
        FOR grown IN
            SELECT c.relname FROM pg_class c
             WHERE c.relnamespace = to_regnamespace(quote_ident(own)) AND c.relkind = 'r'
               AND pg_relation_size(c.oid) > 1.1 * c.relpages * current_setting('block_size')::integer
             ORDER BY 1
        LOOP
            EXECUTE format('ANALYZE (SKIP_LOCKED) %I.%I', own, grown);
            RETURN NEXT grown;
        END LOOP;
    END $body$
"""


def install() -> None:
    """Write the function, or write it anew. Owner's scope."""
    callers.install(ANALYZE_GROWN)
